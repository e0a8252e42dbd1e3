import { conditionOf } from '../inventory.js'
import type { Rule, WorkloadContext } from './rule.js'

/** What a workload itself says about its failing. Told only when nothing more exact is known. */
export const rolloutRules: readonly Rule<WorkloadContext>[] = [
  {
    code: 'progress-deadline',
    graceMs: 0,
    permanent: true,
    generic: true,
    match(c) {
      const condition = conditionOf(c.object, 'Progressing')
      if (condition?.reason !== 'ProgressDeadlineExceeded') return undefined
      return {
        headline: `no progress for ${c.object.spec?.progressDeadlineSeconds ?? 600} s (${c.row.ready} of ${c.row.desired} pods are ready)`,
        key: 'deadline',
        evidence: [condition.message ?? '', ...c.events.slice(-5).map((e) => `${e.reason}: ${e.message}`)].filter(Boolean),
        remedy: `kubectl -n ${c.namespace} describe ${c.row.kind.toLowerCase()} ${c.row.name}`,
      }
    },
  },
]

/** Autoscalers without figures keep the replica count; the release works, it only does not scale. */
export const autoscalerRules: readonly Rule<WorkloadContext>[] = [
  {
    code: 'hpa-no-metrics',
    graceMs: 180_000,
    permanent: false,
    match(c) {
      const hpa = c.inventory
        .all('HorizontalPodAutoscaler')
        .find((h) => h.spec?.scaleTargetRef?.name === c.row.name && h.spec?.scaleTargetRef?.kind === c.row.kind)
      const active = hpa && conditionOf(hpa, 'ScalingActive')
      if (!active || active.status !== 'False' || !/FailedGet/.test(active.reason ?? '')) return undefined
      return {
        headline: 'the autoscaler gets no metrics, so it does not scale',
        key: 'hpa',
        evidence: [active.message ?? ''],
        remedy: 'install metrics-server; to check: kubectl top pods',
        note: true,
      }
    },
  },
]
