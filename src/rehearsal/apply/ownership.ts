import { clone, isObject, same, type Json } from '../json.js'
import { decodeFields, encodeFields, fieldSetOf, valueAt, type FieldSet } from './field-set.js'

/** One entry of metadata.managedFields. */
export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  time?: string
  fieldsType: 'FieldsV1'
  fieldsV1: Json
  subresource?: string
}

/** Who writes, for the bookkeeping of ownership. */
export interface Writer {
  manager: string
  /** RFC 3339. */
  time: string
  subresource?: string
}

/**
 * Owner bookkeeping of a PUT or a patch that is not an apply: the changed fields move to the writer. Changes
 * `after.metadata.managedFields`.
 */
export function trackUpdate(model: string, before: Json | undefined, after: Json, writer: Writer): void {
  const { manager, time, subresource } = writer
  const old: FieldSet = before ? fieldSetOf(model, before) : new Set()
  const now = fieldSetOf(model, after)
  const changed = new Set(
    [...now].filter((encoded) => {
      if (!old.has(encoded)) return true
      const path = JSON.parse(encoded) as string[]
      const value = valueAt(after, model, path)
      // A container of changed leaves is not changed itself.
      return !isObject(value) && !same(valueAt(before, model, path), value)
    }),
  )
  const entries: Manager[] = clone(before?.metadata.managedFields ?? [])
  const isMine = (m: Manager) => m.manager === manager && m.operation === 'Update' && m.subresource === subresource
  for (const entry of entries) {
    const owned = decodeFields(entry.fieldsV1)
    const lost = [...owned].filter((p) => (!now.has(p) && old.has(p)) || (changed.has(p) && !isMine(entry)))
    for (const p of lost) owned.delete(p)
    if (lost.length > 0) entry.fieldsV1 = encodeFields(owned)
  }
  if (changed.size > 0) {
    let mine = entries.find(isMine)
    if (!mine) {
      mine = {
        manager,
        operation: 'Update',
        apiVersion: after.apiVersion,
        time,
        fieldsType: 'FieldsV1',
        fieldsV1: {},
        ...(subresource ? { subresource } : {}),
      }
      entries.push(mine)
    }
    mine.fieldsV1 = encodeFields(new Set([...decodeFields(mine.fieldsV1), ...changed]))
    mine.time = time
  }
  after.metadata.managedFields = entries.filter((m) => Object.keys(m.fieldsV1).length > 0)
}
