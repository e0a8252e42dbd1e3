import type { FlowEvent } from '../core/events.js'
import { createHealth, reduceHealth, viewHealth, type HealthState } from '../core/health/model.js'
import type { HealthSpec, HealthView, WatchedKind } from '../core/health/types.js'
import { Queue } from '../core/queue.js'
import type { Clock } from '../ports/clock.js'
import type { Cluster } from '../ports/cluster.js'
import { LogFetcher } from './log-fetcher.js'

export interface WatchPorts {
  cluster: Cluster
  clock: Clock
}

export interface WatchOptions {
  /**
   * `verdict` (default): ends when it is healthy, failed or stalled. `abort`: goes on until the signal aborts.
   * `listed`: one look, ends when everything was listed once and the logs that it asks for are there.
   */
  until?: 'verdict' | 'abort' | 'listed'
  /** Logs that explain a failure may still be on their way when the verdict falls; they get so long. Default 5000. */
  lastLogsMs?: number
}

/** The kinds that health is read from. */
export const watchedKinds: readonly WatchedKind[] = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'Job',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'Event',
]

/** Selects the objects of a release: with its name by the label that every object of the chart has. */
export const selectorOf = (spec: HealthSpec) => `app.kubernetes.io/instance=${spec.release}`

const defaultLastLogsMs = 5000

/**
 * Follows a release: passes on what the API says, fetches the last lines of failing containers, ticks once a second.
 * Ends by itself with the verdict, or when the signal aborts.
 * @returns how it stands at the end; fold the yielded events to draw the same
 */
export async function* watchRelease(
  { cluster, clock }: WatchPorts,
  spec: HealthSpec,
  signal: AbortSignal,
  options: WatchOptions = {},
): AsyncGenerator<FlowEvent, HealthView> {
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) stop.abort()

  const queue = new Queue<FlowEvent>(500)
  let failure: unknown
  const loops = Promise.all([pump(cluster, spec, stop.signal, queue), tick(clock, stop.signal, queue)])
    .catch((error: unknown) => (failure = error))
    .finally(() => queue.close())
  const logs = new LogFetcher(cluster, clock, spec.namespace, (event) => queue.offer(event))

  let state = createHealth(spec)
  try {
    for await (const event of queue) {
      state = reduceHealth(state, event)
      yield event
      if (signal.aborted) break
      const isListedNow = options.until === 'listed' && isListed(state)
      if (event.type !== 'tick' && !isListedNow) continue
      logs.look(state)
      if (!isListedNow && (options.until === 'abort' || !hasVerdict(state, clock.now()))) continue
      await settle(logs, clock, signal, options.lastLogsMs)
      for (const late of [...queue.drain(), { type: 'tick', at: clock.now() } as const]) {
        state = reduceHealth(state, late)
        yield late
      }
      // What came meanwhile may have changed the verdict.
      if (isListedNow || hasVerdict(state, clock.now())) break
    }
    if (failure !== undefined && !signal.aborted) throw failure
    return viewHealth(state, clock.now())
  } finally {
    stop.abort()
    signal.removeEventListener('abort', onAbort)
    queue.close()
    await loops
  }
}

/** Waits for the logs under way, not for ever, and leaves no timer behind that would keep the process alive. */
async function settle(logs: LogFetcher, clock: Clock, signal: AbortSignal, ms = defaultLastLogsMs): Promise<void> {
  const settled = new AbortController()
  await Promise.race([logs.settled(), clock.sleep(ms, AbortSignal.any([signal, settled.signal]))])
  settled.abort()
}

const verdicts = new Set<HealthView['phase']>(['healthy', 'failed', 'stalled'])
const hasVerdict = (state: HealthState, now: number) => verdicts.has(viewHealth(state, now).phase)

/** Every kind was listed, is forbidden, or cannot be had for lack of a connection. */
const isListed = (state: HealthState) =>
  state.staleSince !== undefined || watchedKinds.every((kind) => state.synced.has(kind) || state.forbidden.has(kind))

async function pump(cluster: Cluster, spec: HealthSpec, signal: AbortSignal, queue: Queue<FlowEvent>): Promise<void> {
  const request = { namespace: spec.namespace, labelSelector: selectorOf(spec), kinds: watchedKinds }
  for await (const event of cluster.watch(request, signal)) await queue.put(event)
}

async function tick(clock: Clock, signal: AbortSignal, queue: Queue<FlowEvent>): Promise<void> {
  for (;;) {
    await clock.sleep(1000, signal)
    if (signal.aborted) return
    await queue.put({ type: 'tick', at: clock.now() })
  }
}
