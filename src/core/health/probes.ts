import { lastEvent } from './rules/rule.js'
import type { KubeEvent } from './inventory.js'
import type { ProbeRow, ProbeState } from './types.js'

export type ProbeKind = 'Startup' | 'Readiness' | 'Liveness'
/** Why a probe failed. */
export type ProbeFailure = {
  kind: ProbeKind
  how: 'http' | 'refused' | 'timeout' | 'other'
  status?: number
  message: string
  event: KubeEvent
}

const prefix = /^(Startup|Readiness|Liveness) probe (?:failed|errored)(?: and resulted in \S+ state)?: ?/

/** Reads an `Unhealthy` event (kubelet `prober.go`); undefined for any other. */
export function readProbeEvent(event: KubeEvent): ProbeFailure | undefined {
  if (event.reason !== 'Unhealthy') return undefined
  if (!failures.has(event)) failures.set(event, parseProbeEvent(event))
  return failures.get(event)
}

// Asked for by several rules at each look.
const failures = new WeakMap<KubeEvent, ProbeFailure | undefined>()

function parseProbeEvent(event: KubeEvent): ProbeFailure | undefined {
  const m = prefix.exec(event.message)
  if (!m) return undefined
  const message = event.message.slice(m[0].length).trim()
  const common = { kind: m[1] as ProbeKind, message, event }
  const status = /statuscode: (\d+)/.exec(message)?.[1]
  if (status) return { ...common, how: 'http', status: Number(status) }
  if (/connection refused/.test(message)) return { ...common, how: 'refused' }
  if (/context deadline exceeded|Client\.Timeout|i\/o timeout|timed out|timeout:/.test(message))
    return { ...common, how: 'timeout' }
  return { ...common, how: 'other' }
}

/** The newest failure of a probe, of one kind if it is named. */
export function lastProbeFailure(events: readonly KubeEvent[], kind?: ProbeKind): ProbeFailure | undefined {
  const event = lastEvent(events, (e) => {
    const failure = readProbeEvent(e)
    return failure !== undefined && (kind === undefined || failure.kind === kind)
  })
  return event && readProbeEvent(event)
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- core/v1 Probe and Container as the API sends them
type Raw = Record<string, any>

/** `GET :5000/health`, `TCP :5432`, `exec pg_isready`: what a probe does. */
export function describeProbe(probe: Raw | undefined, container: Raw): string {
  const port = (wanted: unknown) => {
    const found = (container.ports ?? []).find((p: Raw) => p.name === wanted)
    return `:${found?.containerPort ?? wanted}`
  }
  if (probe?.httpGet) return `GET ${port(probe.httpGet.port)}${probe.httpGet.path ?? '/'}`
  if (probe?.tcpSocket) return `TCP ${port(probe.tcpSocket.port)}`
  if (probe?.grpc) return `gRPC ${port(probe.grpc.port)}`
  if (probe?.exec) return `exec ${(probe.exec.command ?? []).join(' ').slice(0, 60)}`
  return 'probe'
}

/** How long a container may take to start before its startup probe gives up (milliseconds). */
export function startupBudgetMs(container: Raw): number {
  const probe = container.startupProbe ?? container.readinessProbe
  if (!probe) return 0
  return (Number(probe.initialDelaySeconds ?? 0) + Number(probe.failureThreshold ?? 3) * Number(probe.periodSeconds ?? 10)) * 1000
}

/**
 * The probes of one container. The API has no probe object: startup is `started`, readiness is `ready`, and a failing
 * liveness probe shows only in events and restarts.
 */
export function probeRow(container: Raw, status: Raw | undefined, events: readonly KubeEvent[]): ProbeRow {
  const isRunning = Boolean(status?.state?.running)
  const isStarted = status?.started === true
  const failure = lastProbeFailure(events)
  const startedAt = Date.parse(status?.state?.running?.startedAt ?? '') || 0
  const fails = (kind: ProbeKind) => {
    const last = lastProbeFailure(events, kind)
    return last !== undefined && last.event.lastAt >= startedAt
  }
  const stateOf = (isDefined: boolean, isOk: boolean, kind: ProbeKind): ProbeState => {
    if (!isDefined) return 'none'
    if (isOk) return 'ok'
    return fails(kind) ? 'failing' : 'waiting'
  }
  const isReady = status?.ready === true
  const row = {
    startup: stateOf(Boolean(container.startupProbe), isStarted, 'Startup'),
    readiness: stateOf(Boolean(container.readinessProbe), isReady, 'Readiness'),
    liveness: stateOf(Boolean(container.livenessProbe), isRunning && isStarted && (isReady || !fails('Liveness')), 'Liveness'),
  }
  if (!failure || isReady || Object.values(row).every((s) => s !== 'failing')) return row
  return { ...row, detail: shorten(failure, container) }
}

/** `Readiness GET :5000/health 503`. */
export function shorten(failure: ProbeFailure, container: Raw): string {
  const probe = container[`${failure.kind.toLowerCase()}Probe`]
  const outcome = { http: String(failure.status), refused: 'refused', timeout: 'timeout', other: failure.message.slice(0, 60) }[
    failure.how
  ]
  return `${failure.kind} ${describeProbe(probe, container)} ${outcome}`
}
