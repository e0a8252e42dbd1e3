/** Raw API JSON. The simulated API passes through whatever a client sends, as the real one does. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each reader narrows what it reads
export type Json = any

/** Whether a value is a JSON object, not a list and not null. */
export const isObject = (value: unknown): value is Record<string, Json> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Deep copy. */
export const clone = <T>(value: T): T => structuredClone(value)

/** Deep equality of JSON values; a key that is `undefined` counts as absent. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = (o: Record<string, Json>) => Object.keys(o).filter((k) => o[k] !== undefined)
  return keys(a).length === keys(b).length && keys(a).every((k) => same(a[k], b[k]))
}
