import { conditionOf, timeOf } from '../inventory.js'
import { explainLog } from '../log-patterns.js'
import { containerContexts, podContext } from './contexts.js'
import { describeCrash } from './crashes.js'
import type { Match, Rule, WorkloadContext } from './rule.js'

/** A Job that gave up, told by what its last pod said. */
export const jobRules: readonly Rule<WorkloadContext>[] = [
  {
    code: 'job-failed',
    graceMs: 0,
    permanent: true,
    generic: true,
    match(c) {
      const failed = conditionOf(c.object, 'Failed')
      if (c.row.kind !== 'Job' || failed?.status !== 'True') return undefined
      const crash = lastCrash(c)
      return {
        key: c.row.name,
        at: timeOf(failed.lastTransitionTime) || undefined,
        headline: crash?.headline ?? `the Job failed: ${failed.message ?? failed.reason}`,
        evidence: [`${failed.reason}: ${failed.message ?? ''}`, ...(crash?.evidence ?? [])],
        remedy: crash?.remedy ?? `kubectl -n ${c.namespace} logs job/${c.row.name} --all-containers`,
      }
    },
  },
]

/** The newest pod whose log explains it, else the newest pod that failed. */
function lastCrash(c: WorkloadContext): Match | undefined {
  const pods = [...c.pods].sort((a, b) => timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp))
  const ended = pods
    .flatMap((pod) => containerContexts(podContext(c, pod)))
    .filter((k) => k.ended !== undefined && k.ended.exitCode !== 0)
  const best = ended.find((k) => explainLog(k.failedLog, k)) ?? ended[0]
  return best && describeCrash(best)
}
