import type { Json } from '../json.js'
import type { Control } from './context.js'

/** What every namespace holds, and the emptying of those that are deleted. */
export function namespaces({ store, create, remove }: Control): void {
  for (const ns of store.ofKind('Namespace')) {
    const namespace = ns.metadata.name
    if (ns.metadata.deletionTimestamp) {
      const inside = store.all().filter((o) => o.metadata.namespace === namespace)
      for (const o of inside) if (!o.metadata.deletionTimestamp) remove(o)
      if (inside.length === 0) store.remove(ns)
    } else if (!store.find('ServiceAccount', namespace, 'default')) {
      create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
    }
  }
}

const cascades = ['foregroundDeletion', 'orphan']

/** Garbage collection by owner references: background, foreground and orphan. */
export function garbage({ store, edit, remove }: Control): void {
  const byUid = new Map(store.all().map((o) => [o.metadata.uid as string, o]))
  const isLeaving = (o: Json, finalizer: string) => o.metadata.deletionTimestamp && o.metadata.finalizers?.includes(finalizer)
  for (const o of store.all()) {
    const references: Json[] = o.metadata.ownerReferences ?? []
    if (references.length === 0) continue
    const owners = references.map((r) => byUid.get(r.uid)).filter((owner) => owner !== undefined)
    const orphaning = owners.filter((owner) => isLeaving(owner, 'orphan'))
    if (orphaning.length > 0) {
      const gone = orphaning.map((owner) => owner.metadata.uid)
      edit(o, (next) => (next.metadata.ownerReferences = references.filter((r) => !gone.includes(r.uid))))
    } else if (owners.every((owner) => isLeaving(owner, 'foregroundDeletion')) && !o.metadata.deletionTimestamp) {
      remove(o, owners.length > 0 ? 'Foreground' : 'Background')
    }
  }
  for (const o of store.all()) {
    if (!cascades.some((finalizer) => isLeaving(o, finalizer))) continue
    const hasDependents = store.all().some((k) => k.metadata.ownerReferences?.some((r: Json) => r.uid === o.metadata.uid))
    if (!hasDependents)
      edit(o, (next) => (next.metadata.finalizers = next.metadata.finalizers.filter((f: string) => !cascades.includes(f))))
  }
}
