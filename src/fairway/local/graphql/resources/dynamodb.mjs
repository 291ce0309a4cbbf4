// What `@aws-appsync/utils/dynamodb` offers. Source: docs: appsync, built-in-modules-js.html.
import { typed, typedMembers } from './utils.mjs'

const COMPARED = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' }

// Collects the names and values of one expression.
class Expression {
  constructor(mark) {
    this.mark = mark
    this.names = {}
    this.values = {}
  }

  name(attribute) {
    this.names[`#${attribute}`] = attribute
    return `#${attribute}`
  }

  value(value) {
    const name = `:${this.mark}${Object.keys(this.values).length}`
    this.values[name] = typed(value)
    return name
  }

  condition(wanted) {
    return Object.entries(wanted)
      .flatMap(([key, inner]) => this.part(key, inner))
      .join(' AND ')
  }

  part(key, inner) {
    if (key === 'and' || key === 'or') {
      return [`(${inner.map((each) => this.condition(each)).join(` ${key.toUpperCase()} `)})`]
    }
    if (key === 'not') return [`NOT (${this.condition(inner)})`]
    return Object.entries(inner).map(([operator, value]) => this.comparison(this.name(key), operator, value))
  }

  comparison(name, operator, value) {
    if (operator in COMPARED) return `${name} ${COMPARED[operator]} ${this.value(value)}`
    if (operator === 'beginsWith') return `begins_with(${name}, ${this.value(value)})`
    if (operator === 'contains') return `contains(${name}, ${this.value(value)})`
    if (operator === 'between') return `${name} BETWEEN ${this.value(value[0])} AND ${this.value(value[1])}`
    if (operator === 'attributeExists') return `attribute_${value ? '' : 'not_'}exists(${name})`
    throw new Error(`the local cloud has no condition ${operator}`)
  }

  made(expression) {
    const values = Object.keys(this.values).length ? { expressionValues: this.values } : {}
    return { expression, expressionNames: this.names, ...values }
  }
}

function conditional(mark, wanted) {
  const expression = new Expression(mark)
  return expression.made(expression.condition(wanted))
}

// The members of a request that are said by an expression, where they are given.
const expressed = (given) =>
  Object.fromEntries(
    ['condition', 'filter', 'query'].filter((name) => given[name]).map((name) => [name, conditional(name[0], given[name])]),
  )

const plainly = ({ key, item, update, condition, filter, query, ...rest }) => rest

const request = (operation, given, more = {}) => ({
  operation,
  ...plainly(given),
  ...(given.key ? { key: typedMembers(given.key) } : {}),
  ...expressed(given),
  ...more,
})

export const get = (given) => request('GetItem', given)
export const remove = (given) => request('DeleteItem', given)
export const scan = (given = {}) => request('Scan', given)
export const query = (given) => request('Query', given)
export const put = (given) => request('PutItem', given, { attributeValues: typedMembers(given.item) })

export function update(given) {
  const expression = new Expression('u')
  const set = Object.entries(given.update).map(([name, value]) => `${expression.name(name)} = ${expression.value(value)}`)
  return request('UpdateItem', given, { update: expression.made(`SET ${set.join(', ')}`) })
}
