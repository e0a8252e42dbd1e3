import type { FlowEvent } from '../core/events.js'
import type { Target } from '../core/plan/types.js'
import { parseSmokeLine, type SmokeStep } from '../core/smoke/steps.js'
import type { Clock } from '../ports/clock.js'
import { ApiError, type Cluster } from '../ports/cluster.js'
import type { Helm } from '../ports/helm.js'
import { streaming } from './streaming.js'

export interface SmokePorts {
  cluster: Cluster
  helm: Helm
  clock: Clock
}

export interface SmokeOutcome {
  ok: boolean
  steps: SmokeStep[]
  /** Why, when it is not ok: Helm's last words. */
  detail: string
}

/** The test pod may take this long to appear once Helm was asked to run it (milliseconds). */
const appearMs = 120_000

/** Runs `helm test` and reads the steps from the test pod's log as they come. */
export async function* smoke(
  ports: SmokePorts,
  target: Target,
  fullname: string,
  signal: AbortSignal,
): AsyncGenerator<FlowEvent, SmokeOutcome> {
  return yield* streaming<FlowEvent, SmokeOutcome>(async (push) => {
    const steps: SmokeStep[] = []
    const stop = new AbortController()
    const abort = () => stop.abort()
    signal.addEventListener('abort', abort, { once: true })
    const pod = `${fullname}-smoke-test`
    const before = await uidOf(ports.cluster, target.namespace, pod)
    const seen = (line: string) => {
      const step = parseSmokeLine(line)
      if (step === undefined || steps.some((s) => s.step === step.step)) return
      steps.push(step)
      push({ type: 'smoke', at: ports.clock.now(), step })
    }
    const following = followPod(ports, target.namespace, pod, before, seen, stop.signal)
    const lines: string[] = []
    const exit = await ports.helm.test(target, (line) => lines.push(line), signal)
    stop.abort()
    await following
    signal.removeEventListener('abort', abort)
    // The pod stays after the test: what following missed at its end is read once more.
    if (steps.length === 0 || exit.code === 0) for (const line of await tail(ports.cluster, target.namespace, pod)) seen(line)
    const failed = steps.filter((s) => !s.ok)
    const ok = exit.code === 0 && failed.length === 0 && steps.length > 0
    const detail = failed[0]
      ? `${failed[0].step}: ${failed[0].detail}`
      : (lines
          .concat(exit.stderr)
          .filter((l) => /error|fail/i.test(l))
          .slice(-1)[0] ?? '')
    return { ok, steps, detail: ok ? '' : detail || 'the test pod reported no step' }
  })
}

async function uidOf(cluster: Cluster, namespace: string, pod: string): Promise<string | undefined> {
  try {
    return (await cluster.get(`/api/v1/namespaces/${namespace}/pods/${pod}`)).metadata.uid
  } catch {
    return undefined
  }
}

/** Follows the log of the new test pod (not of the one of an earlier test) once its container has started. */
async function followPod(
  { cluster, clock }: SmokePorts,
  namespace: string,
  pod: string,
  before: string | undefined,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.now() + appearMs
  while (!signal.aborted && clock.now() < deadline) {
    try {
      const found = await cluster.get(`/api/v1/namespaces/${namespace}/pods/${pod}`)
      if (found.metadata.uid !== before && found.status?.phase !== 'Pending') break
    } catch (error) {
      if (!(error instanceof ApiError)) return
    }
    await clock.sleep(500, signal)
  }
  if (signal.aborted) return
  try {
    for await (const line of cluster.followLogs({ namespace, pod }, signal)) onLine(line)
  } catch {
    // The log is read again at the end.
  }
}

async function tail(cluster: Cluster, namespace: string, pod: string): Promise<string[]> {
  try {
    return await cluster.logs({ namespace, pod, tailLines: 200 })
  } catch {
    return []
  }
}
