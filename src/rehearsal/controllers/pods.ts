import { StatusError } from '../api/errors.js'
import { clone, type Json } from '../json.js'
import { ownerReference, type Control } from './context.js'

/** Component name that events of a kind of owner carry. */
export const componentOf: Record<string, string> = {
  ReplicaSet: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  Job: 'job-controller',
}

/**
 * Creates a pod from its owner's template; undefined when admission refuses. Refusals become events and are tried again
 * with growing pauses.
 * @param change last touch on the pod
 */
export function createPod(control: Control, owner: Json, name: Json, change: (pod: Json) => void = () => {}): Json | undefined {
  const key = `create ${owner.metadata.uid}`
  const failed = control.memo.get(key) as { until: number; count: number } | undefined
  if (failed && control.now < failed.until) {
    control.wakeAt(failed.until)
    return undefined
  }
  const { template } = owner.spec
  const { labels, annotations } = template.metadata ?? {}
  const pod: Json = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...name,
      namespace: owner.metadata.namespace,
      labels: { ...labels },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: clone(template.spec),
  }
  change(pod)
  const isStateful = owner.kind === 'StatefulSet'
  const event = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    control.event(owner, { type, reason, message, component: componentOf[owner.kind] ?? '' })
  try {
    const created = control.create(pod)
    control.memo.delete(key)
    const text = isStateful
      ? `create Pod ${created.metadata.name} in StatefulSet ${owner.metadata.name} successful`
      : `Created pod: ${created.metadata.name}`
    event('Normal', 'SuccessfulCreate', text)
    return created
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const count = (failed?.count ?? 0) + 1
    const until = control.now + control.delay(Math.min(1000 * 2 ** count, 60_000))
    control.memo.set(key, { until, count, message: error.message })
    control.wakeAt(until)
    const text = isStateful
      ? `create Pod ${pod.metadata.name} in StatefulSet ${owner.metadata.name} failed error: ${error.message}`
      : `Error creating: ${error.message}`
    event('Warning', 'FailedCreate', text)
    return undefined
  }
}

/** The last refusal of a pod of this owner, until one is accepted. */
export const createError = ({ memo }: Control, owner: Json): string | undefined =>
  memo.get(`create ${owner.metadata.uid}`)?.message
