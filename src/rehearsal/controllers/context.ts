import { timestamp } from '../clock.js'
import type { Json } from '../json.js'
import type { Store } from '../store/store.js'
import { selects } from '../api/selectors.js'

/** What an event says; the component is its source. */
export interface EventText {
  type?: 'Normal' | 'Warning'
  reason: string
  message: string
  component: string
  /** `spec.containers{mlflow}`. */
  fieldPath?: string
}

/** What controllers and the kubelet may do in one step. All are level-triggered: a step moves things one bit closer. */
export interface Control {
  store: Store
  /** Epoch milliseconds of this step. */
  now: number
  /** How long a wait of so many milliseconds takes. */
  delay(ms: number): number
  /** Asks for a step at that time. */
  wakeAt(at: number): void
  /** What controllers remember between steps. */
  memo: Map<string, Json>
  /** Creates through the same path as a client. @throws StatusError when admission refuses */
  create(o: Json): Json
  /** The stored state of an object; undefined when it is gone or another of the same name. */
  fresh(o: Json): Json | undefined
  /** Changes the stored object. With a manager the change is recorded as that manager's. */
  edit(o: Json, change: (o: Json) => void, as?: { manager?: string; subresource?: string; part?: 'spec' | 'all' }): void
  setStatus(o: Json, status: Json): void
  remove(o: Json, propagationPolicy?: 'Background' | 'Foreground'): void
  event(o: Json, text: EventText): void
  /** Why the scenario keeps this claim from being provisioned. */
  provisioningError(claim: Json): string | undefined
}

/** Reference by which an object names its controller. */
export const ownerReference = (o: Json) => ({
  apiVersion: o.apiVersion,
  kind: o.kind,
  name: o.metadata.name,
  uid: o.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})

const controllerOf = (o: Json) => o.metadata.ownerReferences?.find((r: Json) => r.controller)

/** Objects of a kind that this object controls. */
export const controlledBy = ({ store }: Control, owner: Json, kind: string): Json[] =>
  store.ofKind(kind, owner.metadata.namespace).filter((o) => controllerOf(o)?.uid === owner.metadata.uid)

/** Takes orphans whose labels match the owner's selector, as after a deletion with `--cascade=orphan`. */
export function adopt(control: Control, owner: Json, kind: string): void {
  for (const o of control.store.ofKind(kind, owner.metadata.namespace)) {
    if (o.metadata.deletionTimestamp || controllerOf(o) || !selects(owner.spec.selector, o.metadata.labels)) continue
    control.edit(o, (next) => (next.metadata.ownerReferences = [...(next.metadata.ownerReferences ?? []), ownerReference(owner)]))
  }
}

/** Whether traffic may go to the pod. */
export const isReady = (pod: Json): boolean =>
  !pod.metadata.deletionTimestamp && (pod.status?.conditions ?? []).some((c: Json) => c.type === 'Ready' && c.status === 'True')

/** Neither finished nor on its way out. */
export const isAlive = (pod: Json): boolean =>
  !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(pod.status?.phase)

/** An amount given as number or percentage of a total. */
export function amountOfTotal(amount: Json, total: number, round: (n: number) => number): number {
  return typeof amount === 'number' ? amount : round((parseInt(amount, 10) * total) / 100)
}

/** The list of conditions with one set; its times move only when it changes. */
export function withCondition(
  list: Json[] | undefined,
  next: { type: string; status: string; reason: string; message?: string },
  now: number,
): Json[] {
  const old = list?.find((c) => c.type === next.type)
  const isSame = old?.reason === next.reason && old.message === next.message && old.status === next.status
  const changed = {
    lastUpdateTime: isSame ? old.lastUpdateTime : timestamp(now),
    lastTransitionTime: old?.status === next.status ? old.lastTransitionTime : timestamp(now),
  }
  return [...(list ?? []).filter((c) => c.type !== next.type), { ...next, ...changed }]
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
/** Short name for a value, as in `mlflow-7d9c5b6f4`. */
export function hashOf(value: Json): string {
  let hash = 2166136261
  for (const character of JSON.stringify(value)) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) >>> 0
  return [...String(hash)].map((digit) => alphabet[Number(digit) + 3]).join('')
}
