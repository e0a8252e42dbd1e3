import { setMaxListeners } from 'node:events'
import type { WatchEvent } from '../../core/events.js'
import { Queue } from '../../core/queue.js'
import type { Clock } from '../../ports/clock.js'
import type { WatchRequest } from '../../ports/cluster.js'
import type { ApiClient } from './client.js'
import { Pulse } from './pulse.js'
import { followKind } from './watch-kind.js'

/** Times of the watch, milliseconds unless said otherwise. */
export interface WatchTuning {
  pageSize: number
  /** Seconds that one watch request lasts; the server ends it then. Spread by a quarter, so that kinds do not reconnect together. */
  timeoutSeconds: number
  /** First pause after a failure; doubles up to `backoffCapMs`. */
  backoffMs: number
  backoffCapMs: number
  /** A forbidden kind is tried again after so long: rights may be given meanwhile. */
  forbiddenRetryMs: number
  /** Without a byte from the API for so long it is asked whether it lives. */
  silenceMs: number
  /** How long it may take to answer that. */
  pingMs: number
  /** A broken connection is told after so long; shorter interruptions mend themselves unseen. */
  staleAfterMs: number
  /** 0 <= n < 1, for jitter. */
  random: () => number
}

export const defaultTuning: WatchTuning = {
  pageSize: 200,
  timeoutSeconds: 60,
  backoffMs: 500,
  backoffCapMs: 8000,
  forbiddenRetryMs: 30_000,
  silenceMs: 7000,
  pingMs: 4000,
  staleAfterMs: 3000,
  random: Math.random,
}

/**
 * Lists, then watches, each kind, as one stream that ends when the signal aborts or the consumer stops. Memory is
 * bounded: a slow consumer slows the reading down.
 */
export async function* watchKinds(
  client: ApiClient,
  request: WatchRequest,
  signal: AbortSignal,
  clock: Clock,
  tuning: Partial<WatchTuning> = {},
): AsyncGenerator<WatchEvent> {
  const settings = { ...defaultTuning, ...tuning }
  const queue = new Queue<WatchEvent>(500)
  const stop = new AbortController()
  // Each kind has a request or a pause of its own that listens; more than ten are no leak.
  setMaxListeners(0, stop.signal)
  const onAbort = () => stop.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) stop.abort()
  const pulse = new Pulse(client, clock, settings, (event) => queue.offer(event))
  const loops = [
    ...request.kinds.map((kind) =>
      followKind({ client, clock, tuning: settings, pulse, request, signal: stop.signal }, kind, (event) => queue.put(event)),
    ),
    pulse.run(stop.signal),
  ]
  const all = Promise.all(loops)
  // A bug in one loop ends the stream with its error instead of a silent half.
  all.catch(() => stop.abort())
  void all.then(
    () => queue.close(),
    () => queue.close(),
  )
  try {
    yield* queue
    await all
  } finally {
    stop.abort()
    signal.removeEventListener('abort', onAbort)
  }
}
