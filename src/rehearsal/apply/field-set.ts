import { isObject, type Json } from '../json.js'
import { isAtomic, listRules } from '../schema/merge-rules.js'
import { fieldType, type FieldType } from '../schema/types.js'

/** Owned fields: JSON-encoded paths of FieldsV1 elements (`f:name`, `k:{...}` list item by keys, `v:...` set item). */
export type FieldSet = Set<string>

// Fields that belong to the server or name the object: nobody owns them.
const unowned = new Set(
  [
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'managedFields',
    'selfLink',
    'deletionTimestamp',
  ]
    .concat('deletionGracePeriodSeconds', 'generateName')
    .map((f) => `metadata.${f}`)
    .concat('apiVersion', 'kind'),
)
// A list item may leave out a key that has a default.
const keyDefaults: Record<string, Json> = { protocol: 'TCP' }

/** Path element of a list item. */
export function itemElement(keys: readonly string[], item: Json): string {
  if (keys.length === 0) return `v:${JSON.stringify(item)}`
  const values = [...keys].sort().map((k) => [k, item?.[k] ?? keyDefaults[k]] as const)
  return `k:${JSON.stringify(Object.fromEntries(values.filter(([, v]) => v !== undefined)))}`
}

/** All paths of a value that someone can own: leaves, atomic values, list items, empty maps. */
export function fieldSetOf(model: string, value: Json, path: string[] = [], out: FieldSet = new Set()): FieldSet {
  for (const [key, v] of Object.entries(value)) {
    if (v === undefined || v === null) continue
    if (path.length < 2 && unowned.has([...path.map((p) => p.slice(2)), key].join('.'))) continue
    visit(fieldType(model, key), v, [...path, `f:${key}`], out)
  }
  return out
}

function visit(field: FieldType | undefined, value: Json, path: string[], out: FieldSet): void {
  const own = (p: string[]) => out.add(JSON.stringify(p))
  const rule = field && listRules[field.where]
  if (field && isAtomic(field)) own(path)
  else if (Array.isArray(value) && rule) {
    for (const item of value) {
      const at = [...path, itemElement(rule.keys, item)]
      own(at)
      if (rule.keys.length > 0 && isObject(item)) fieldSetOf(field.type, item, at, out)
    }
  } else if (!isObject(value) || Object.keys(value).length === 0) own(path)
  else if (field?.shape === 'map') {
    own(path)
    for (const [key, v] of Object.entries(value)) visit({ ...field, shape: 'one', where: '' }, v, [...path, `f:${key}`], out)
  } else fieldSetOf(field?.type ?? '', value, path, out)
}

/** Type and, for a list, item keys at the schema position that a path leads to. */
export function schemaAt(model: string, path: readonly string[]): { type: string; keys?: readonly string[] } {
  let type = model
  let keys: readonly string[] | undefined
  for (const element of path) {
    const field = element.startsWith('f:') ? fieldType(type, element.slice(2)) : undefined
    if (element.startsWith('f:')) type = field?.type ?? ''
    keys = field && listRules[field.where]?.keys
  }
  return { type, ...(keys ? { keys } : {}) }
}

/** The place in an object that a path leads to; undefined when it is not there. */
export function locate(root: Json, model: string, path: readonly string[]): { parent: Json; key: string | number } | undefined {
  let parent = root
  for (const [i, element] of path.entries()) {
    let key: string | number = element.slice(2)
    if (!element.startsWith('f:')) {
      const { keys } = schemaAt(model, path.slice(0, i))
      key = Array.isArray(parent) ? parent.findIndex((item) => itemElement(keys ?? [], item) === element) : -1
      if (key === -1) return undefined
    }
    if (parent?.[key] === undefined) return undefined
    if (i === path.length - 1) return { parent, key }
    parent = parent[key]
  }
  return undefined
}

/** The value that a path leads to. */
export function valueAt(root: Json, model: string, path: readonly string[]): Json {
  const found = locate(root, model, path)
  return found && found.parent[found.key]
}

/** FieldsV1 form of a set. */
export function encodeFields(set: FieldSet): Json {
  const root: Json = {}
  for (const encoded of [...set].sort()) {
    const path = JSON.parse(encoded) as string[]
    let node = root
    for (const element of path) node = node[element] ??= {}
    if (!path.at(-1)!.startsWith('f:')) node['.'] = {}
  }
  return root
}

/** A set from its FieldsV1 form. */
export function decodeFields(fields: Json, path: string[] = [], out: FieldSet = new Set()): FieldSet {
  for (const [element, inner] of Object.entries(fields)) {
    if (element === '.') out.add(JSON.stringify(path))
    else if (Object.keys(inner as object).length === 0) out.add(JSON.stringify([...path, element]))
    else decodeFields(inner, [...path, element], out)
  }
  return out
}

/** A path as error messages show it: `.spec.containers[name="mlflow"].image`. */
export function readablePath(encoded: string): string {
  const elements = JSON.parse(encoded) as string[]
  return elements
    .map((e) =>
      e.startsWith('f:')
        ? `.${e.slice(2)}`
        : `[${e
            .slice(2)
            .replace(/^\{|\}$/g, '')
            .replace(/"(\w+)":/g, '$1=')}]`,
    )
    .join('')
}
