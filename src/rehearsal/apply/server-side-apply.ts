import { StatusError } from '../api/errors.js'
import { clone, isObject, same, type Json } from '../json.js'
import { isAtomic, listRules } from '../schema/merge-rules.js'
import { fieldType } from '../schema/types.js'
import { decodeFields, encodeFields, fieldSetOf, itemElement, locate, readablePath, valueAt, type FieldSet } from './field-set.js'
import type { Manager, Writer } from './ownership.js'

/**
 * Server-side apply. @param live undefined: the object is created. Returns the merged object with its managedFields.
 * @throws StatusError 409 naming the owners of conflicting fields, unless forced
 */
export function serverSideApply(model: string, live: Json | undefined, applied: Json, writer: Writer, force: boolean): Json {
  const set = fieldSetOf(model, applied)
  const entries: Manager[] = clone(live?.metadata.managedFields ?? [])
  const mine = entries.find((m) => m.manager === writer.manager && m.operation === 'Apply' && !m.subresource)
  const others = entries.filter((m) => m !== mine)
  if (live) settleConflicts(model, live, applied, set, others, force)
  const out = live ? mergeTyped(model, clone(live), applied) : clone(applied)
  if (mine) removeDropped(model, out, set, decodeFields(mine.fieldsV1), others)
  const fieldsV1 = encodeFields(set)
  // An apply that changes nothing keeps its time, so that the object keeps its resourceVersion.
  const time = mine && same(mine.fieldsV1, fieldsV1) ? mine.time : writer.time
  const entry: Manager = {
    manager: writer.manager,
    operation: 'Apply',
    apiVersion: applied.apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
  }
  out.metadata.managedFields = [...others.filter((m) => Object.keys(m.fieldsV1).length > 0), entry].sort((a, b) =>
    a.manager < b.manager ? -1 : 1,
  )
  return out
}

function settleConflicts(model: string, live: Json, applied: Json, set: FieldSet, others: Manager[], force: boolean): void {
  const conflicts: { owner: Manager; paths: string[] }[] = []
  for (const owner of others) {
    const theirs = decodeFields(owner.fieldsV1)
    const paths = [...set].filter((encoded) => {
      if (!theirs.has(encoded)) return false
      const path = JSON.parse(encoded) as string[]
      const value = valueAt(applied, model, path)
      return path.at(-1)!.startsWith('f:') && !isObject(value) && !same(value, valueAt(live, model, path))
    })
    if (paths.length === 0) continue
    if (!force) conflicts.push({ owner, paths })
    for (const p of paths) theirs.delete(p)
    owner.fieldsV1 = encodeFields(theirs)
  }
  if (conflicts.length === 0) return
  const count = conflicts.reduce((n, c) => n + c.paths.length, 0)
  const describe = (m: Manager) =>
    `conflict${count > 1 && conflicts.length === 1 ? 's' : ''} with "${m.manager}"` +
    (m.subresource ? ` with subresource "${m.subresource}"` : '') +
    (m.operation === 'Update' ? ` using ${m.apiVersion}` : '')
  const text =
    count === 1
      ? `${describe(conflicts[0]!.owner)}: ${readablePath(conflicts[0]!.paths[0]!)}`
      : conflicts.map((c) => `${describe(c.owner)}:\n${c.paths.map((p) => `- ${readablePath(p)}`).join('\n')}`).join('\n')
  const causes = conflicts.flatMap((c) =>
    c.paths.map((p) => ({ reason: 'FieldManagerConflict', message: describe(c.owner), field: readablePath(p) })),
  )
  throw new StatusError('Conflict', `Apply failed with ${count} conflict${count > 1 ? 's' : ''}: ${text}`, { causes })
}

function mergeTyped(model: string, live: Json, applied: Json): Json {
  const out: Json = isObject(live) ? { ...live } : {}
  for (const [key, value] of Object.entries(applied as Record<string, Json>)) {
    if (value === null) continue
    const field = fieldType(model, key)
    const rule = field && listRules[field.where]
    if (Array.isArray(value) && rule) {
      const rest = [...(out[key] ?? [])]
      const merged = value.map((item: Json) => {
        const at = rest.findIndex((x) => itemElement(rule.keys, x) === itemElement(rule.keys, item))
        const old = at >= 0 ? rest.splice(at, 1)[0] : undefined
        return isObject(item) && old ? mergeTyped(field.type, old, item) : item
      })
      out[key] = [...merged, ...rest]
    } else if (isObject(value) && !(field && isAtomic(field))) {
      out[key] = mergeTyped(field?.shape === 'map' ? '' : (field?.type ?? ''), out[key] ?? {}, value)
    } else out[key] = value
  }
  return out
}

/** Removes what this manager applied before, applies no more, and nobody else owns. */
function removeDropped(model: string, out: Json, set: FieldSet, before: FieldSet, others: Manager[]): void {
  const kept = new Set([...set, ...others.flatMap((m) => [...decodeFields(m.fieldsV1)])])
  const isKept = (encoded: string) => {
    const inside = `${encoded.slice(0, -1)},`
    return kept.has(encoded) || [...kept].some((p) => p.startsWith(inside))
  }
  // Whole list items go before their fields.
  for (const encoded of [...before].sort((a, b) => a.length - b.length)) {
    if (isKept(encoded)) continue
    const path = JSON.parse(encoded) as string[]
    const item = path.at(-2)
    // A surviving item keeps its keys.
    if (item?.startsWith('k:') && path.at(-1)!.slice(2) in JSON.parse(item.slice(2))) continue
    const found = locate(out, model, path)
    if (!found) continue
    if (Array.isArray(found.parent)) found.parent.splice(found.key as number, 1)
    else delete found.parent[found.key]
  }
}
