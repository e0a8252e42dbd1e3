import { selects } from '../api/selectors.js'
import type { Json } from '../json.js'
import { amountOfTotal, isAlive, isReady, withCondition, type Control } from './context.js'

/** Status of PodDisruptionBudgets. */
export function disruptionBudgets({ store, now, setStatus }: Control): void {
  for (const budget of store.ofKind('PodDisruptionBudget')) {
    const { selector, minAvailable, maxUnavailable } = budget.spec
    const pods = store.ofKind('Pod', budget.metadata.namespace).filter((p) => selects(selector, p.metadata.labels) && isAlive(p))
    const healthy = pods.filter(isReady).length
    const desired =
      minAvailable !== undefined
        ? amountOfTotal(minAvailable, pods.length, Math.ceil)
        : pods.length - amountOfTotal(maxUnavailable ?? 1, pods.length, Math.ceil)
    const allowed = Math.max(0, healthy - desired)
    const isAllowed = allowed > 0
    const condition = {
      type: 'DisruptionAllowed',
      status: isAllowed ? 'True' : 'False',
      reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
      message: '',
    }
    setStatus(budget, {
      observedGeneration: budget.metadata.generation,
      expectedPods: pods.length,
      currentHealthy: healthy,
      desiredHealthy: Math.max(0, desired),
      disruptionsAllowed: allowed,
      conditions: withCondition(budget.status?.conditions, condition, now).map(({ lastUpdateTime: _unused, ...c }) => ({
        ...c,
        observedGeneration: budget.metadata.generation,
      })),
    })
  }
}

// The real controller looks every 15 seconds.
const syncMs = 3000

/** Autoscalers see an idle server: they only raise it to `minReplicas`. */
export function autoscalers({ store, now, delay, wakeAt, memo, edit, event, setStatus }: Control): void {
  for (const hpa of store.ofKind('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas, maxReplicas, metrics } = hpa.spec
    const target = store.find(scaleTargetRef.kind, hpa.metadata.namespace, scaleTargetRef.name)
    const key = `autoscale ${hpa.metadata.uid}`
    const due = memo.get(key) ?? now + delay(syncMs)
    memo.set(key, due)
    if (now < due) {
      wakeAt(due)
      continue
    }
    const at = (conditions: Json[] | undefined, type: string, ok: boolean, reason: string, message: string) =>
      withCondition(conditions, { type, status: ok ? 'True' : 'False', reason, message }, now)
    if (!target) {
      const message = `the HPA controller was unable to get the target's current scale: deployments.apps "${scaleTargetRef.name}" not found`
      setStatus(hpa, { ...hpa.status, conditions: at(hpa.status?.conditions, 'AbleToScale', false, 'FailedGetScale', message) })
      continue
    }
    const wanted = Math.min(maxReplicas, Math.max(minReplicas, target.spec.replicas))
    // Zero replicas switch an autoscaler off.
    if (wanted !== target.spec.replicas && target.spec.replicas > 0) {
      edit(target, (o) => (o.spec.replicas = wanted), { manager: 'kube-controller-manager', subresource: 'scale' })
      const message = `New size: ${wanted}; reason: Current number of replicas below Spec.MinReplicas`
      event(hpa, { reason: 'SuccessfulRescale', message, component: 'horizontal-pod-autoscaler' })
    }
    let conditions = at(hpa.status?.conditions, 'AbleToScale', true, 'ReadyForNewScale', 'recommended size matches current size')
    conditions = at(
      conditions,
      'ScalingActive',
      true,
      'ValidMetricFound',
      'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
    )
    conditions = at(conditions, 'ScalingLimited', false, 'DesiredWithinRange', 'the desired count is within the acceptable range')
    setStatus(hpa, {
      currentReplicas: target.status?.replicas ?? 0,
      desiredReplicas: wanted,
      currentMetrics: metrics.map((m: Json) => ({
        type: 'Resource',
        resource: {
          name: m.resource?.name,
          current: { averageUtilization: 7, averageValue: m.resource?.name === 'cpu' ? '35m' : '420Mi' },
        },
      })),
      conditions,
    })
  }
}
