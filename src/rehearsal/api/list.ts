import type { Json } from '../json.js'
import type { Store } from '../store/store.js'
import { StatusError } from './errors.js'
import type { ApiRequest } from './request.js'
import { groupVersionOf, type Resource } from './resources.js'
import { fieldSelector, labelSelector } from './selectors.js'

/** Whether an object is in the collection that the request asks for. @throws StatusError 400 */
export function filterOf({ namespace, name, query }: ApiRequest): (o: Json) => boolean {
  const hasLabels = labelSelector(query.get('labelSelector'))
  const hasFields = fieldSelector(query.get('fieldSelector'))
  return (o) =>
    (!namespace || o.metadata.namespace === namespace) &&
    (!name || o.metadata.name === name) &&
    hasLabels(o.metadata.labels ?? {}) &&
    hasFields(o)
}

/** A list, page by page when `limit` is given. All pages tell the version of the first. @throws StatusError 410 */
export function list(store: Store, request: ApiRequest): Json {
  const { resource, query } = request
  const items = store.list(resource).filter(filterOf(request))
  const limit = Number(query.get('limit') ?? 0)
  const { from, version } = readToken(store, query.get('continue'))
  const page = limit > 0 ? items.slice(from, from + limit) : items
  const left = items.length - from - page.length
  const next = limit > 0 && left > 0 ? { continue: token(from + limit, version), remainingItemCount: left } : {}
  return listBody(resource, page, { resourceVersion: String(version), ...next })
}

/** Items carry no kind of their own, as in the real API. */
export const listBody = (r: Resource, items: Json[], metadata: Json): Json => ({
  kind: `${r.kind}List`,
  apiVersion: groupVersionOf(r),
  metadata,
  items: items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest),
})

const token = (from: number, version: number) => Buffer.from(JSON.stringify([from, version])).toString('base64url')

function readToken(store: Store, text: string | null): { from: number; version: number } {
  if (!text) return { from: 0, version: store.latest }
  const [from, version] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [number, number]
  if (store.isCompacted(version)) {
    throw new StatusError('Expired', 'The provided continue parameter is too old to display a consistent list result.')
  }
  return { from, version }
}
