// The Node side of a worker: takes events from the Runtime API and calls the handler.
// Standard library only, Node 18 and later. Protocol and error shapes: AWS's "Lambda runtime API" documentation.

import { existsSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'

const env = process.env
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':')
const RUNTIME = '/2018-06-01/runtime'
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
let requestId = ''
let state = 'loading' // then idle and busy in turn

function call(method, route, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, method, path: RUNTIME + route, headers: { 'Content-Length': Buffer.byteLength(body), ...headers } },
      (answer) => {
        const chunks = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() }))
      },
    )
    request.setTimeout(0)
    request.on('error', reject)
    request.end(body)
  })
}

// Line breaks inside one message travel as carriage returns, so that it stays one log event.
function write(level, text) {
  const time = new Date().toISOString()
  const line =
    env.AWS_LAMBDA_LOG_FORMAT === 'JSON'
      ? JSON.stringify({ timestamp: time, level, requestId, message: text })
      : `${time}\t${requestId || 'undefined'}\t${level}\t${text.replaceAll('\n', '\r')}`
  process.stdout.write(line + '\n')
}

function patchConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' }
  for (const [name, level] of Object.entries(levels)) console[name] = (...args) => write(level, util.format(...args))
}

class Failure extends Error {
  constructor(name, message) {
    super(message)
    this.name = name
  }
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
  return { errorType: error.name || 'Error', errorMessage: error.message || '', trace: (error.stack || '').split('\n') }
}

function logError(error) {
  const { trace, ...shape } = describe(error)
  write('ERROR', `Invoke Error \t${JSON.stringify({ ...shape, stack: trace })}`)
}

async function report(route, error) {
  const shape = describe(error)
  logError(error)
  await call('POST', route, JSON.stringify(shape), { 'Lambda-Runtime-Function-Error-Type': shape.errorType })
}

// ESM is found by .mjs or by "type": "module"; import() also loads CommonJS, with its exports under `default`.
async function load() {
  const handler = env._HANDLER
  const file = path.basename(handler)
  const dot = file.indexOf('.')
  if (dot < 1) throw new Failure('Runtime.MalformedHandlerName', `Bad handler '${handler}'`)
  const stem = path.resolve(env.LAMBDA_TASK_ROOT, path.dirname(handler), file.slice(0, dot))
  const found = [stem, stem + '.js', stem + '.mjs', stem + '.cjs'].find((name) => path.extname(name) && existsSync(name))
  if (!found) throw new Failure('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(stem)}'`)
  const names = file.slice(dot + 1).split('.')
  const module = await importModule(found)
  for (const root of [module, module.default]) {
    const target = names.reduce((value, name) => value?.[name], root)
    if (typeof target === 'function') return target
  }
  throw new Failure('Runtime.HandlerNotFound', `${handler} is undefined or not exported`)
}

async function importModule(found) {
  try {
    return await import(pathToFileURL(found).href)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`)
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      // NODE_PATH, where layers are, is only looked at by require()
      if (!found.endsWith('.mjs')) {
        try {
          return createRequire(pathToFileURL(found))(found)
        } catch (again) {
          if (again?.code !== 'ERR_REQUIRE_ESM') throw new Failure('Runtime.ImportModuleError', `Error: ${again.message}`)
        }
      }
      throw new Failure('Runtime.ImportModuleError', `Error: ${error.message}`)
    }
    throw error
  }
}

function makeContext(headers, answer) {
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: answer,
    fail: (error) => answer(error),
    succeed: (value) => answer(null, value),
  }
}

// A handler answers by its promise or through the callback, whichever it has.
function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    const answer = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error))
    const result = handler(event, makeContext(headers, answer), answer)
    if (typeof result?.then === 'function') result.then(resolve, reject)
    else if (handler.length < 3 && result !== undefined) resolve(result)
    else if (handler.length < 2) resolve(result)
  })
}

async function serve(handler) {
  for (;;) {
    state = 'idle'
    const next = await call('GET', '/invocation/next')
    if (next.status !== 200) process.exit(0)
    state = 'busy'
    requestId = next.headers['lambda-runtime-aws-request-id']
    env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'] || ''
    try {
      const result = await run(handler, JSON.parse(next.body), next.headers)
      await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result === undefined ? null : result))
    } catch (error) {
      await report(`/invocation/${requestId}/error`, error)
    }
  }
}

// What nobody caught ends the process; between two events there is nobody to tell but the log.
async function fatal(error) {
  if (state === 'idle') logError(error)
  else await report(state === 'busy' ? `/invocation/${requestId}/error` : '/init/error', error)
  process.exit(1)
}

patchConsole()
process.on('uncaughtException', fatal)
process.on('unhandledRejection', fatal)
try {
  await serve(await load())
} catch (error) {
  await fatal(error)
}
