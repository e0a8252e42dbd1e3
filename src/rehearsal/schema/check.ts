import { isObject, type Json } from '../json.js'
import { fieldType, types } from './types.js'

/** What is wrong with a body's structure. */
export interface Findings {
  unknown: string[]
  badType: string[]
  missing: string[]
}

const accepts: Record<string, (value: unknown) => boolean> = {
  str: (v) => typeof v === 'string',
  time: (v) => typeof v === 'string',
  int: (v) => Number.isInteger(v),
  num: (v) => typeof v === 'number',
  bool: (v) => typeof v === 'boolean',
  ios: (v) => typeof v === 'string' || typeof v === 'number',
  qty: (v) => typeof v === 'string' || typeof v === 'number',
}
const goTypes: Record<string, string> = { str: 'string', int: 'int32', bool: 'bool' }
const jsonKind = (v: unknown) =>
  Array.isArray(v)
    ? 'array'
    : isObject(v)
      ? 'object'
      : typeof v === 'boolean'
        ? 'bool'
        : typeof v === 'number'
          ? 'number'
          : 'string'

/** One walk over a body: unknown fields, wrong types, missing required fields, in the words of the Go decoder. */
export function check(
  model: string,
  value: Json,
  path = '',
  found: Findings = { unknown: [], badType: [], missing: [] },
): Findings {
  const mismatch = (v: unknown, type: string, at: string) =>
    found.badType.push(
      `json: cannot unmarshal ${jsonKind(v)} into Go struct field ${model.replace(/^V\d+/, '')}.${at} of type ${goTypes[type] ?? type}`,
    )
  const one = (type: string, v: Json, at: string) => {
    if (v === null || v === undefined || type === 'any') return
    if (types[type]) {
      if (isObject(v)) check(type, v, at, found)
      else mismatch(v, type.replace(/^V\d+/, 'v1.'), at)
    } else if (accepts[type]?.(v) === false) mismatch(v, type, at)
  }
  for (const [key, v] of Object.entries(value as Record<string, Json>)) {
    const at = path ? `${path}.${key}` : key
    const field = fieldType(model, key)
    if (!field) {
      // A type without fields is one whose inside the schema does not know.
      if (Object.keys(types[model] ?? {}).length > 0) found.unknown.push(at)
      continue
    }
    if (v === null) continue
    if (field.shape === 'list' && Array.isArray(v)) v.forEach((item, i) => one(field.type, item, `${at}[${i}]`))
    else if (field.shape === 'map' && isObject(v)) for (const [k, item] of Object.entries(v)) one(field.type, item, `${at}.${k}`)
    else if (field.shape === 'one') one(field.type, v, at)
    else mismatch(v, field.shape === 'list' ? `[]${field.type}` : 'map', at)
  }
  // What the models call required is only checked where clients write it.
  if (!/Event$|Status$|State|Condition$/.test(model)) {
    for (const key of Object.keys(types[model] ?? {})) {
      if (types[model]![key]!.startsWith('!') && (value[key] === undefined || value[key] === null))
        found.missing.push(path ? `${path}.${key}` : key)
    }
  }
  return found
}
