// Runs one handler of a resolver: {code, name, context} as JSON on standard input, its outcome on standard output.
import { Early, Raised, appended } from './utils.mjs'

console.log = console.error // standard output is the outcome's

const LIBRARIES = /(\bfrom\s*|\bimport\s*)(['"])@aws-appsync\/utils(\/dynamodb)?\2/g

function withLibraries(code) {
  return code.replace(LIBRARIES, (_, word, mark, part) => {
    const file = new URL(part ? './dynamodb.mjs' : './utils.mjs', import.meta.url)
    return `${word}${mark}${file}${mark}`
  })
}

async function outcome({ code, name, context }) {
  const base = { value: null, early: false, failure: null }
  try {
    const text = Buffer.from(withLibraries(code)).toString('base64')
    const module = await import(`data:text/javascript;base64,${text}`)
    if (typeof module[name] !== 'function') throw new Error(`the code exports no function ${name}`)
    return { ...base, value: module[name](context) ?? null }
  } catch (error) {
    if (error instanceof Early) return { ...base, value: error.value ?? null, early: true }
    if (error instanceof Raised) return { ...base, failure: error.told }
    return { ...base, failure: { message: error.message, type: 'Code' } }
  }
}

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const asked = JSON.parse(Buffer.concat(chunks))
const found = await outcome(asked)
process.stdout.write(JSON.stringify({ ...found, stash: asked.context.stash, errors: appended }))
