import { conditionOf, timeOf } from '../inventory.js'
import { explainLog } from '../log-patterns.js'
import { containerContexts, podContext } from './contexts.js'
import { describeCrash, isDatabaseComing } from './crashes.js'
import { tail, type ContainerContext, type Match, type Rule, type WorkloadContext } from './rule.js'

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

/** A Job whose pods fail while it still tries again: it may yet work, but a person can act before it gives up. */
export const jobRetryRules: readonly Rule<WorkloadContext>[] = [
  {
    code: 'job-failing',
    graceMs: 30_000,
    permanent: false,
    generic: true,
    match(c) {
      const failures = Number(c.object.status?.failed ?? 0)
      if (c.row.kind !== 'Job' || c.row.current || c.row.failed || failures === 0) return undefined
      const crash = lastCrash(c)
      if (!crash) return undefined
      return {
        ...crash,
        headline: `${crash.headline}; the Job tries again`,
        key: c.row.name,
        evidence: [`${failures} failed pods`, ...(crash.evidence ?? [])],
      }
    },
  },
]

/** A Job that runs and says itself what it waits for. */
export const jobWaitRules: readonly Rule<ContainerContext>[] = [
  {
    code: 'job-waiting',
    graceMs: 60_000,
    permanent: false,
    match(c) {
      if (!c.workload.startsWith('Job/') || !c.running) return undefined
      // Only the last line is about now.
      const known = explainLog(c.log.slice(-1), c)
      if (!known || (known.waitsForDatabase && isDatabaseComing(c))) return undefined
      return {
        headline: `waits: ${known.headline}`,
        key: `${c.name} ${known.id}`,
        evidence: tail(c.log),
        remedy: known.remedy,
        at: timeOf(c.running.startedAt) || undefined,
      }
    },
  },
]

/** The newest pod whose log explains it, else the newest pod that failed; none while it only waits for the database. */
function lastCrash(c: WorkloadContext): Match | undefined {
  const pods = [...c.pods].sort((a, b) => timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp))
  const ended = pods
    .flatMap((pod) => containerContexts(podContext(c, pod)))
    .filter((k) => k.ended !== undefined && k.ended.exitCode !== 0)
  const best = ended.find((k) => explainLog(k.failedLog, k)) ?? ended[0]
  const isWaiting = best && explainLog(best.failedLog, best)?.waitsForDatabase && isDatabaseComing(best)
  return best && !isWaiting ? describeCrash(best) : undefined
}
