import { adopt, controlledBy, isAlive, isReady, withCondition, type Control } from './context.js'
import { createError, createPod } from './pods.js'

/** Keeps the number of pods of each ReplicaSet; those that are not ready go first. */
export function replicaSets(control: Control): void {
  for (const rs of control.store.ofKind('ReplicaSet')) {
    if (rs.metadata.deletionTimestamp) continue
    adopt(control, rs, 'Pod')
    const pods = controlledBy(control, rs, 'Pod').filter(isAlive)
    for (let n = pods.length; n < rs.spec.replicas; n++)
      if (!createPod(control, rs, { generateName: `${rs.metadata.name}-` })) break
    const surplus = [...pods]
      .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
      .slice(0, Math.max(0, pods.length - rs.spec.replicas))
    for (const pod of surplus) {
      control.remove(pod)
      control.event(rs, {
        reason: 'SuccessfulDelete',
        message: `Deleted pod: ${pod.metadata.name}`,
        component: 'replicaset-controller',
      })
    }
    const live = controlledBy(control, rs, 'Pod').filter(isAlive)
    const ready = live.filter(isReady).length
    const refused = createError(control, rs)
    control.setStatus(rs, {
      observedGeneration: rs.metadata.generation,
      replicas: live.length,
      ...(live.length > 0 ? { fullyLabeledReplicas: live.length } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      ...(refused
        ? {
            conditions: withCondition(
              rs.status?.conditions,
              { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refused },
              control.now,
            ),
          }
        : {}),
    })
  }
}
