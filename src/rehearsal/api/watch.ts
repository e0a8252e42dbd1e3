import type { ServerResponse } from 'node:http'
import type { Json } from '../json.js'
import type { Store, StoreEvent } from '../store/store.js'
import { StatusError } from './errors.js'
import type { ApiFaults } from './faults.js'
import { filterOf } from './list.js'
import type { ApiRequest } from './request.js'
import { groupVersionOf } from './resources.js'

/** What a watch needs of the server. */
export interface WatchParts {
  store: Store
  faults: ApiFaults
  /** Real milliseconds between bookmarks. */
  bookmarkEveryMs: number
  /** Sends one line, or nothing while the server is silent. */
  send(response: ServerResponse, line: string): void
}

/** Answers a watch: what changed since the given version (or all there is), then each change. @throws StatusError 422 */
export function watch({ store, faults, bookmarkEveryMs, send }: WatchParts, request: ApiRequest, response: ServerResponse): void {
  const { resource, query } = request
  const isIn = filterOf(request)
  const initial = query.get('sendInitialEvents') === 'true'
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  if (query.has('sendInitialEvents') && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw new StatusError(
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    )
  }
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.flushHeaders()
  const line = (type: string, object: Json) => send(response, `${JSON.stringify({ type, object })}\n`)
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = { resourceVersion: String(store.latest), creationTimestamp: null, ...(annotations ? { annotations } : {}) }
    line('BOOKMARK', { kind: resource.kind, apiVersion: groupVersionOf(resource), metadata })
  }
  const pass = (event: StoreEvent) => {
    const told = asSeenBy(isIn, event)
    if (!told) return
    for (let i = faults.duplicateEvents ? 2 : 1; i > 0; i--) line(told.type, told.object)
    if (faults.staleEvents && told.type === 'MODIFIED') line('MODIFIED', event.previous)
  }
  const version = query.get('resourceVersion')
  if (version && version !== '0' && !initial) {
    const missed = store.since(resource, Number(version))
    if (!missed) {
      line('ERROR', new StatusError('Expired', `too old resource version: ${version} (${store.latest})`).body)
      response.end()
      return
    }
    missed.forEach(pass)
  } else for (const o of store.list(resource).filter(isIn)) line('ADDED', o)
  if (initial && wantsBookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' })

  const stop = store.onChange((event) => event.resource === resource && pass(event))
  // Without a wish the real server ends a watch after 30 to 60 minutes.
  const seconds = Number(query.get('timeoutSeconds') ?? 1800 * (1 + Math.random()))
  const end = setTimeout(() => response.end(), seconds * 1000)
  const ticks = wantsBookmarks ? setInterval(() => bookmark(), bookmarkEveryMs) : undefined
  end.unref()
  ticks?.unref()
  response.on('close', () => {
    stop()
    clearTimeout(end)
    clearInterval(ticks)
  })
}

/** An object that enters or leaves the selection is ADDED or DELETED for this watcher, as in the real watch cache. */
function asSeenBy(
  isIn: (o: Json) => boolean,
  { type, object, previous }: StoreEvent,
): { type: string; object: Json } | undefined {
  const was = previous !== undefined && isIn(previous)
  if (type === 'DELETED') return was ? { type, object } : undefined
  if (isIn(object)) return { type: was ? 'MODIFIED' : 'ADDED', object }
  if (!was) return undefined
  const { resourceVersion } = object.metadata
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } }
}
