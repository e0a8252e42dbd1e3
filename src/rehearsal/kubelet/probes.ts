import type { Json } from '../json.js'
import type { Behaviour } from './behaviour.js'

/** State of a container's probes in one run. */
export interface ProbeState {
  started: boolean
  ready: boolean
  /** When the next probe is due, epoch milliseconds. */
  at: number
  failures: number
}

/** What a probe depends on. */
export interface ProbeParts {
  pod: Json
  container: Json
  behaviour: Behaviour
  now: number
  delay(ms: number): number
  /** Until then nothing answers. */
  bootedAt: number
  /** Tells a failure. */
  unhealthy(message: string): void
}

/** Probes of a container that has just started. */
export const firstProbes = (container: Json, now: number, delay: (ms: number) => number): ProbeState => ({
  started: !container.startupProbe,
  ready: false,
  at: now + delay(((container.startupProbe ?? container.readinessProbe)?.initialDelaySeconds ?? 0) * 1000),
  failures: 0,
})

/** Runs what is due. Returns which probe failed so often that the container has to be restarted. */
export function probe(state: ProbeState, parts: ProbeParts): 'startup' | 'liveness' | undefined {
  const { container, behaviour, now, delay } = parts
  if (now < state.at) return undefined
  if (!state.started) {
    const problem = behaviour.probeError?.startup ?? notYet(parts, container.startupProbe)
    if (problem === undefined) Object.assign(state, { started: true, failures: 0 })
    else if (fails(state, parts, 'Startup', problem, container.startupProbe)) return 'startup'
  }
  if (state.started && container.livenessProbe && behaviour.probeError?.liveness) {
    if (fails(state, parts, 'Liveness', behaviour.probeError.liveness, container.livenessProbe)) return 'liveness'
  }
  if (state.started) {
    const problem = container.readinessProbe && (behaviour.probeError?.readiness ?? notYet(parts, container.readinessProbe))
    if (problem === undefined) state.ready = true
    else if (fails(state, parts, 'Readiness', problem, container.readinessProbe)) state.ready = false
  }
  const { periodSeconds = 10 } =
    (state.started ? container.readinessProbe : container.startupProbe) ?? container.livenessProbe ?? {}
  state.at = now + delay(periodSeconds * 1000)
  return undefined
}

/** Whether probes go on: a container that is ready and stays so is left alone. */
export const isSettled = (state: ProbeState, { probeError }: Behaviour): boolean =>
  state.ready && !probeError?.readiness && !probeError?.liveness

function fails(
  state: ProbeState,
  { unhealthy }: ProbeParts,
  which: string,
  problem: string,
  { failureThreshold }: Json,
): boolean {
  unhealthy(`${which} probe failed: ${problem}`)
  return ++state.failures >= failureThreshold
}

/** What a probe sees before the program listens. */
function notYet({ pod, container, now, bootedAt }: ProbeParts, { httpGet, tcpSocket, exec }: Json): string | undefined {
  if (now >= bootedAt) return undefined
  if (exec) return 'command exited with 1'
  const wanted = (httpGet ?? tcpSocket)?.port
  const port = typeof wanted === 'number' ? wanted : container.ports?.find((p: Json) => p.name === wanted)?.containerPort
  const address = `${pod.status.podIP}:${port}`
  const refused = `dial tcp ${address}: connect: connection refused`
  return httpGet ? `Get "${httpGet.scheme.toLowerCase()}://${address}${httpGet.path}": ${refused}` : refused
}
