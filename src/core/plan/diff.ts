import { formatPath, isTree, type Path } from '../settings/path.js'
import type { ValuesChange } from './types.js'

/** Differences between two values objects, leaf by leaf, in the order of their keys. Lists of scalars count as one leaf. */
export function diffValues(before: unknown, after: unknown): ValuesChange[] {
  return differences(before, after, [])
}

function differences(before: unknown, after: unknown, path: Path): ValuesChange[] {
  const keys = childKeys(before, after)
  if (keys) return keys.flatMap((key) => differences(child(before, key), child(after, key), [...path, key]))
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const where = formatPath(path)
  if (before === undefined)
    return leaves(after, path).map(([at, value]) => ({ kind: 'added', path: formatPath(at), after: value }))
  if (after === undefined)
    return leaves(before, path).map(([at, value]) => ({ kind: 'removed', path: formatPath(at), before: value }))
  return [{ kind: 'changed', path: where, before, after }]
}

// What both sides have in common to go into: maps, and lists of maps position by position.
function childKeys(before: unknown, after: unknown): (string | number)[] | undefined {
  if (isTree(before) && isTree(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])]
  if (isTreeList(before) && isTreeList(after)) return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i)
  return undefined
}

const isTreeList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0 && value.every(isTree)

function child(value: unknown, key: string | number): unknown {
  return Object.hasOwn(value as object, key) ? (value as Record<string | number, unknown>)[key] : undefined
}

function leaves(value: unknown, path: Path): (readonly [Path, unknown])[] {
  if (isTree(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
  if (isTreeList(value)) return value.flatMap((inner, i) => leaves(inner, [...path, i]))
  return [[path, value]]
}
