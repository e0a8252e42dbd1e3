import type { WatchEvent } from '../../core/events.js'
import type { KubeObject, WatchedKind } from '../../core/health/types.js'
import { isLater } from '../../core/health/resource-version.js'
import { pathOf } from '../../core/kube/resources.js'
import type { Clock } from '../../ports/clock.js'
import { ApiError, type WatchRequest } from '../../ports/cluster.js'
import type { ApiClient } from './client.js'
import { errorOfEvent } from './errors.js'
import type { Pulse } from './pulse.js'
import { readLines } from './transport.js'
import type { WatchTuning } from './watch.js'

const versions: Record<WatchedKind, string> = {
  Pod: 'v1',
  Event: 'v1',
  PersistentVolumeClaim: 'v1',
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
}

export interface Following {
  client: ApiClient
  clock: Clock
  tuning: WatchTuning
  pulse: Pulse
  request: WatchRequest
  signal: AbortSignal
}

interface ListAnswer {
  metadata: { resourceVersion: string; continue?: string }
  items: KubeObject[] | null
}

interface WatchLine {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubeObject
}

/**
 * Follows one kind until the signal aborts: list, watch from there, and after an interruption watch on from the last
 * version seen. A new list is made only when the API no longer knows that version (410).
 */
export async function followKind(to: Following, kind: WatchedKind, put: (event: WatchEvent) => Promise<void>): Promise<void> {
  const { clock, tuning, pulse, signal } = to
  const path = pathOf(versions[kind], kind, to.request.namespace)
  const selector: Record<string, string> = kind === 'Event' ? {} : { labelSelector: to.request.labelSelector }
  const known = new Known(kind)
  let version: string | undefined
  let failures = 0
  let toldForbidden = false

  async function list(): Promise<void> {
    const present = new Set<string>()
    let next: string | undefined
    do {
      const page: ListAnswer = await to.client.json<ListAnswer>({
        path,
        query: { ...selector, limit: String(tuning.pageSize), ...(next ? { continue: next } : {}) },
        signal,
      })
      pulse.heard()
      for (const item of page.items ?? []) {
        present.add(item.metadata.uid ?? item.metadata.name)
        // Items of a list carry no kind of their own.
        if (known.isNew(item)) await put({ type: 'object', at: clock.now(), kind, change: 'seen', object: { kind, ...item } })
      }
      next = page.metadata.continue || undefined
      version = page.metadata.resourceVersion
    } while (next)
    for (const object of known.dropAbsent(present)) await put({ type: 'object', at: clock.now(), kind, change: 'gone', object })
    await put({ type: 'synced', at: clock.now(), kind })
  }

  async function watch(): Promise<void> {
    const seconds = Math.round(tuning.timeoutSeconds * (0.75 + tuning.random() / 2))
    const watchdog = new AbortController()
    const connection = AbortSignal.any([signal, pulse.connections, watchdog.signal])
    const answer = await to.client.open({
      path,
      query: {
        ...selector,
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(seconds),
        resourceVersion: version ?? '',
      },
      signal: connection,
    })
    // The request's signal covers the time until the headers; from here on the body must be cut as well.
    const cut = () => answer.destroy(Object.assign(new Error('given up'), { code: 'ECONNABORTED' }))
    connection.addEventListener('abort', cut, { once: true })
    // The server ends the request itself after `seconds`; one that does not is a dead peer.
    const overdue = setTimeout(() => watchdog.abort(), (seconds + 10) * 1000)
    try {
      if (connection.aborted) cut()
      pulse.up(kind)
      for await (const line of readLines(answer, to.client.server, () => pulse.heard())) {
        const { type, object } = parseLine(line)
        if (type === 'ERROR') throw errorOfEvent(object)
        failures = 0
        version = object.metadata.resourceVersion ?? version
        if (type === 'BOOKMARK') continue
        if (type === 'DELETED') {
          known.drop(object)
          await put({ type: 'object', at: clock.now(), kind, change: 'gone', object })
        } else if (known.isNew(object)) await put({ type: 'object', at: clock.now(), kind, change: 'seen', object })
      }
    } finally {
      clearTimeout(overdue)
      connection.removeEventListener('abort', cut)
    }
  }

  while (!signal.aborted) {
    const began = clock.now()
    try {
      if (version === undefined) {
        await list()
        pulse.up(kind)
        toldForbidden = false
      }
      await watch()
      // A server or proxy that ends each watch at once must not be asked in a tight loop.
      if (clock.now() - began > tuning.backoffMs) failures = 0
      else failures++
    } catch (error) {
      if (signal.aborted) return
      const problem = error as ApiError
      if (!(problem instanceof ApiError)) throw error
      if (problem.status === 403) {
        pulse.up(kind)
        if (!toldForbidden) await put({ type: 'forbidden', at: clock.now(), kind, message: problem.message })
        toldForbidden = true
        version = undefined
        await clock.sleep(tuning.forbiddenRetryMs, signal)
        continue
      }
      if (problem.status === 410) version = undefined
      // An expired version says nothing about the connection.
      else pulse.lost(kind)
      failures++
    }
    if (failures > 0) await clock.sleep(backoff(failures - 1, tuning), signal)
  }
}

/** 0.5 s, 1 s, 2 s... up to the cap, each between half and all of it, so that clients do not return in step. */
const backoff = (attempt: number, { backoffMs, backoffCapMs, random }: WatchTuning) =>
  Math.min(backoffCapMs, backoffMs * 2 ** attempt) * (0.5 + random() / 2)

function parseLine(line: string): WatchLine {
  try {
    return JSON.parse(line) as WatchLine
  } catch {
    throw new ApiError('the watch sent a broken line', 0, 'BrokenLine')
  }
}

/** What was told of a kind: to leave out repetitions and older versions, and to notice what vanished between two lists. */
class Known {
  private readonly objects = new Map<string, KubeObject>()

  constructor(private readonly kind: WatchedKind) {}

  isNew(object: KubeObject): boolean {
    // Events are many and never missed when they vanish.
    if (this.kind === 'Event') return true
    const id = object.metadata.uid ?? object.metadata.name
    const last = this.objects.get(id)?.metadata.resourceVersion
    if (last !== undefined && !isLater(object.metadata.resourceVersion, last)) return false
    const { name, namespace, uid, resourceVersion, labels, ownerReferences } = object.metadata
    this.objects.set(id, { kind: this.kind, metadata: { name, namespace, uid, resourceVersion, labels, ownerReferences } })
    return true
  }

  drop(object: KubeObject): void {
    this.objects.delete(object.metadata.uid ?? object.metadata.name)
  }

  dropAbsent(present: ReadonlySet<string>): KubeObject[] {
    const absent = [...this.objects].filter(([id]) => !present.has(id))
    for (const [id] of absent) this.objects.delete(id)
    return absent.map(([, object]) => object)
  }
}
