import { timestamp } from '../clock.js'
import type { Json } from '../json.js'
import { controlledBy, isAlive, isReady, withCondition, type Control } from './context.js'
import { createPod } from './pods.js'

const component = 'job-controller'

/** Runs Jobs: back-off, deadline, end, time to live. */
export function jobs(control: Control): void {
  for (const job of control.store.ofKind('Job')) {
    if (job.metadata.deletionTimestamp || job.spec.suspend) continue
    const ended = job.status?.conditions?.find((c: Json) => ['Complete', 'Failed'].includes(c.type) && c.status === 'True')
    if (ended) expire(control, job, ended)
    else run(control, job)
  }
}

function expire({ now, delay, wakeAt, remove }: Control, job: Json, ended: Json): void {
  if (job.spec.ttlSecondsAfterFinished === undefined) return
  const at = Date.parse(ended.lastTransitionTime) + delay(job.spec.ttlSecondsAfterFinished * 1000)
  if (now >= at) remove(job)
  else wakeAt(at)
}

function run(control: Control, job: Json): void {
  const { now, delay, wakeAt } = control
  const { spec } = job
  const pods = controlledBy(control, job, 'Pod')
  const succeeded = pods.filter((p) => p.status?.phase === 'Succeeded').length
  const failed = pods.filter((p) => p.status?.phase === 'Failed')
  const active = pods.filter(isAlive)
  const startTime = job.status?.startTime ?? timestamp(now)
  const counts = {
    startTime,
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed.length > 0 ? { failed: failed.length } : {}),
    terminating: 0,
    uncountedTerminatedPods: {},
  }
  const fail = (reason: string, message: string) => end(control, job, counts, active, { type: 'Failed', reason, message })
  if (succeeded >= spec.completions) {
    return end(control, job, counts, active, {
      type: 'Complete',
      reason: 'CompletionsReached',
      message: 'Reached expected number of succeeded pods',
    })
  }
  if (failed.length + restartsOf(active) > spec.backoffLimit)
    return fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if (spec.activeDeadlineSeconds !== undefined) {
    const deadline = Date.parse(startTime) + delay(spec.activeDeadlineSeconds * 1000)
    if (now >= deadline) return fail('DeadlineExceeded', 'Job was active longer than specified deadline')
    wakeAt(deadline)
  }
  const until = nextTry(failed, delay)
  if (active.length === 0 && until > now) wakeAt(until)
  else {
    const wanted = Math.min(spec.parallelism, spec.completions - succeeded)
    for (let n = active.length; n < wanted; n++) if (!createPod(control, job, { generateName: `${job.metadata.name}-` })) break
  }
  const alive = controlledBy(control, job, 'Pod').filter(isAlive)
  control.setStatus(job, {
    ...counts,
    ...(alive.length > 0 ? { active: alive.length } : {}),
    ready: alive.filter(isReady).length,
  })
}

/** With restartPolicy OnFailure a failure is a restart of the same pod. */
const restartsOf = (pods: Json[]): number =>
  pods.flatMap((p) => p.status?.containerStatuses ?? []).reduce((sum: number, c: Json) => sum + c.restartCount, 0)

/** When the next pod may be made: 10 s after the first failure, then twice as long each time. */
function nextTry(failed: Json[], delay: Control['delay']): number {
  if (failed.length === 0) return 0
  const ends = failed.map((p) => Date.parse(p.status.containerStatuses?.[0]?.state?.terminated?.finishedAt) || 0)
  return Math.max(...ends) + delay(10_000 * 2 ** (failed.length - 1))
}

function end(
  control: Control,
  job: Json,
  counts: Json,
  active: Json[],
  how: { type: 'Complete' | 'Failed'; reason: string; message: string },
): void {
  const { now, event, remove, setStatus } = control
  for (const pod of active) remove(pod)
  const isComplete = how.type === 'Complete'
  const first = { ...how, type: isComplete ? 'SuccessCriteriaMet' : 'FailureTarget', status: 'True' }
  const conditions = withCondition(withCondition(job.status?.conditions, first, now), { ...how, status: 'True' }, now)
  setStatus(job, {
    ...counts,
    ready: 0,
    ...(isComplete ? { completionTime: timestamp(now) } : {}),
    conditions: conditions.map(({ lastUpdateTime: _unused, ...c }) => ({ ...c, lastProbeTime: timestamp(now) })),
  })
  event(job, {
    type: isComplete ? 'Normal' : 'Warning',
    reason: isComplete ? 'Completed' : how.reason,
    message: isComplete ? 'Job completed' : how.message,
    component,
  })
}
