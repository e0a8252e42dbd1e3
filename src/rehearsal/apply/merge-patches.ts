import { StatusError } from '../api/errors.js'
import { clone, isObject, same, type Json } from '../json.js'
import { listRules } from '../schema/merge-rules.js'
import { fieldType } from '../schema/types.js'

/** JSON merge patch, RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const out: Record<string, Json> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else out[key] = mergePatch(out[key], value)
  }
  return out
}

/** JSON patch, RFC 6902, without `move` and `copy`: no client of ours sends them. @throws StatusError */
export function jsonPatch(target: Json, operations: Json[]): Json {
  const document: Json = { root: clone(target) }
  const rejected = () => new StatusError('Invalid', 'the server rejected our request due to an error in our request')
  const locate = (pointer: string): [Json, string] => {
    const keys = [
      'root',
      ...pointer
        .split('/')
        .slice(1)
        .map((k) => k.replace(/~1/g, '/').replace(/~0/g, '~')),
    ]
    let parent: Json = document
    for (const key of keys.slice(0, -1)) {
      parent = parent?.[key]
      if (parent === undefined) throw rejected()
    }
    return [parent, keys.at(-1)!]
  }
  for (const { op, path, value } of operations) {
    const [parent, key] = locate(path)
    if (op !== 'add' && parent[key] === undefined) throw rejected()
    if (op === 'test' && !same(parent[key], value)) throw rejected()
    else if (op === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1)
    else if (op === 'remove') delete parent[key]
    else if (op === 'add' && Array.isArray(parent)) parent.splice(key === '-' ? parent.length : Number(key), 0, clone(value))
    else if (op === 'add' || op === 'replace') parent[key] = clone(value)
    else if (op !== 'test') throw rejected()
  }
  return document.root
}

/** Strategic merge patch, as Helm 3 sends it: lists with a rule are merged item by item. */
export function strategicMerge(model: string, target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const { $patch: directive, ...given } = patch
  if (directive === 'replace') return given
  if (directive === 'delete') return {}
  const out: Record<string, Json> = isObject(target) ? { ...target } : {}
  if (Array.isArray(patch.$retainKeys)) for (const key of Object.keys(out)) if (!patch.$retainKeys.includes(key)) delete out[key]
  const mergeKey = (key: string) => listRules[fieldType(model, key)?.where ?? '']?.mergeKey
  for (const [key, value] of Object.entries(given)) {
    const field = fieldType(model, key)
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const name = key.slice('$deleteFromPrimitiveList/'.length)
      out[name] = (out[name] ?? []).filter((item: Json) => !value.includes(item))
    } else if (key.startsWith('$setElementOrder/')) {
      const name = key.slice('$setElementOrder/'.length)
      // An order without changed elements; the other case is handled with the elements.
      if (patch[name] === undefined && Array.isArray(out[name])) {
        out[name] = mergeList(fieldType(model, name)?.type ?? '', mergeKey(name), out[name], [], value)
      }
    } else if (key.startsWith('$')) continue
    else if (value === null) delete out[key]
    else if (Array.isArray(value))
      out[key] = mergeList(field?.type ?? '', mergeKey(key), out[key] ?? [], value, patch[`$setElementOrder/${key}`])
    else if (!isObject(value)) out[key] = value
    else if (field?.shape === 'map' && value.$patch === undefined) out[key] = mergePatch(out[key], value)
    else out[key] = strategicMerge(field?.type ?? '', out[key], value)
  }
  return out
}

function mergeList(type: string, key: string | undefined, have: Json[], patch: Json[], order?: Json[]): Json[] {
  if (key === undefined) return patch
  if (patch.some((item) => item?.$patch === 'replace')) return patch.filter((item) => item?.$patch !== 'replace')
  const id = (item: Json) => (key === 'set' ? item : item?.[key])
  const out = [...have]
  for (const item of patch) {
    const at = out.findIndex((x) => id(x) === id(item))
    if (item?.$patch === 'delete') {
      if (at >= 0) out.splice(at, 1)
    } else if (at < 0) out.push(isObject(item) ? strategicMerge(type, {}, item) : item)
    else out[at] = isObject(item) ? strategicMerge(type, out[at], item) : item
  }
  if (!order) return out
  const ids = order.map(id)
  const ordered = ids.map((wanted) => out.find((x) => id(x) === wanted)).filter((x) => x !== undefined)
  return [...ordered, ...out.filter((x) => !ids.includes(id(x)))]
}
