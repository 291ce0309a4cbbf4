// What `@aws-appsync/utils` offers. Source: docs: appsync, built-in-util-js.html.
import { randomUUID } from 'node:crypto'

export const appended = []

export class Early extends Error {
  constructor(value) {
    super()
    this.value = value
  }
}

export class Raised extends Error {
  constructor(told) {
    super(told.message)
    this.told = told
  }
}

const told = (message, type, data, info) => ({ message: String(message), type: type ?? 'Custom', data, info })

export function typed(value) {
  if (value === null || value === undefined) return { NULL: true }
  if (typeof value === 'boolean') return { BOOL: value }
  if (typeof value === 'number') return { N: String(value) }
  if (Array.isArray(value)) return { L: value.map(typed) }
  return typeof value === 'object' ? { M: typedMembers(value) } : { S: String(value) }
}

export function typedMembers(value) {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, typed(member)]))
}

// A library with only some of AppSync's functions: any other says so, rather than being undefined.
const only = (name, functions) =>
  new Proxy(functions, {
    get: (known, key) => {
      if (key in known || typeof key === 'symbol') return known[key]
      throw new Error(`the local cloud has no ${name}.${key}`)
    },
  })

export const util = only('util', {
  error: (...given) => {
    throw new Raised(told(...given))
  },
  appendError: (...given) => void appended.push(told(...given)),
  unauthorized: () => {
    throw new Raised(told('Unauthorized', 'Unauthorized'))
  },
  autoId: () => randomUUID(),
  base64Encode: (text) => Buffer.from(text).toString('base64'),
  base64Decode: (text) => Buffer.from(text, 'base64').toString(),
  urlEncode: encodeURIComponent,
  urlDecode: decodeURIComponent,
  time: only('util.time', {
    nowISO8601: () => new Date().toISOString(),
    nowEpochSeconds: () => Math.floor(Date.now() / 1000),
    nowEpochMilliSeconds: () => Date.now(),
  }),
  dynamodb: only('util.dynamodb', {
    toDynamoDB: typed,
    toMapValues: typedMembers,
    toString: (value) => ({ S: String(value) }),
    toNumber: (value) => ({ N: String(value) }),
    toBoolean: (value) => ({ BOOL: Boolean(value) }),
  }),
})

export const runtime = {
  earlyReturn: (value) => {
    throw new Early(value)
  },
}
