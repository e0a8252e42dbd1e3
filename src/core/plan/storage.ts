import { getPath, mergeTrees } from '../settings/path.js'
import { parseQuantity } from '../text/quantity.js'
import type { StorageChange } from './types.js'

type Tree = Readonly<Record<string, unknown>>

const volumes = [
  { component: 'postgresql', at: 'postgresql', title: 'database volume' },
  { component: 'object-store', at: 'objectStore', title: 'artifact volume' },
] as const

/**
 * What would change about volumes that are there. A StatefulSet's claim templates cannot be patched: Helm fails on any
 * of these, so they must be known before it runs. Both objects are values without the chart's defaults.
 */
export function storageChanges(before: Tree, after: Tree, defaults: Tree): StorageChange[] {
  const old = mergeTrees(defaults, before)
  const next = mergeTrees(defaults, after)
  return volumes.flatMap(({ component, at }): StorageChange[] => {
    // A store that is new or goes away has no volume to change.
    if (getPath(old, `${at}.enabled`) === false || getPath(next, `${at}.enabled`) === false) return []
    const changes: StorageChange[] = []
    const size = `${at}.persistence.size`
    const [from, to] = [String(getPath(old, size) ?? ''), String(getPath(next, size) ?? '')]
    const [fromBytes, toBytes] = [parseQuantity(from), parseQuantity(to)]
    if (fromBytes !== undefined && toBytes !== undefined && fromBytes !== toBytes) {
      changes.push({ component, kind: toBytes > fromBytes ? 'grow' : 'shrink', path: size, before: from, after: to })
    }
    const [fromClass, toClass] = [classOf(old, at), classOf(next, at)]
    if (fromClass !== toClass)
      changes.push({ component, kind: 'class', path: `${at}.persistence.storageClass`, before: fromClass, after: toClass })
    return changes
  })
}

/** A change in words, with what can be done instead. */
export function describeStorageChange(change: StorageChange): string {
  const title = volumes.find(({ component }) => component === change.component)!.title
  if (change.kind === 'grow') {
    return `the ${title} grows from ${change.before} to ${change.after}: Helm cannot change it in place, the claim itself must be expanded (possible when its storage class allows it)`
  }
  if (change.kind === 'shrink')
    return `the ${title} cannot shrink from ${change.before} to ${change.after}: keep ${change.before}, or back up, uninstall and restore`
  const name = (text: string) => text || 'the default class'
  return `the ${title} cannot move from ${name(change.before)} to ${name(change.after)}: keep the class, or back up, uninstall and restore`
}

// The store's own class wins over the global one.
function classOf(values: Tree, at: string): string {
  const own = getPath(values, `${at}.persistence.storageClass`)
  return String(own || getPath(values, 'global.storageClass') || '')
}
