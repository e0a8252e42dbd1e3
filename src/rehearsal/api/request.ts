import { parse as parseYaml } from 'yaml'
import type { Json } from '../json.js'
import type { Access } from './faults.js'
import { notServed, StatusError } from './errors.js'
import { decodeProtobuf } from './protobuf.js'
import { resourceByPlural, resources, type Resource } from './resources.js'

/** A request for an object or a collection of a served kind. */
export interface ApiRequest {
  resource: Resource
  verb: string
  namespace: string | undefined
  /** '' for a collection. */
  name: string
  subresource: string
  query: URLSearchParams
  contentType: string
  accept: string
  /** @throws StatusError 400, 415 */
  body(): Json
  manager: string
  dryRun: boolean
}

/** A request as HTTP brought it. */
export interface RawRequest {
  method: string
  url: URL
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

const groupPath = /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))(?:\/(.*))?$/

/** Group and version that a path names and the rest of it. @throws StatusError 404 */
export function parseGroup(path: string): { group: string; version: string; rest: string[] } {
  const [, core, group = '', version, rest = ''] = groupPath.exec(path) ?? []
  const found = { group, version: core ?? version ?? '', rest: rest.split('/').filter(Boolean).map(decodeURIComponent) }
  if (!resources.some((r) => r.group === found.group && r.version === found.version)) throw notServed()
  return found
}

/** @throws StatusError 404 for a kind that is not served */
export function parseRequest({ method, url, headers, body }: RawRequest): ApiRequest {
  const { group, version, rest } = parseGroup(url.pathname.replace(/\/$/, ''))
  const isScoped = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2]!)
  const namespace = isScoped ? rest[1] : undefined
  const [plural = '', name = '', subresource = ''] = isScoped ? rest.slice(2) : rest
  const resource = resourceByPlural(group, version, plural)
  if (!resource) throw notServed()
  const query = url.searchParams
  const contentType = String(headers['content-type'] ?? '').split(';')[0]!
  return {
    resource,
    verb: verbOf(method, name, query),
    namespace,
    name,
    subresource,
    query,
    contentType,
    accept: String(headers.accept ?? ''),
    body: () => parseBody(body, contentType, resource),
    manager: query.get('fieldManager') || String(headers['user-agent'] ?? 'unknown').split('/')[0]!,
    dryRun: query.getAll('dryRun').includes('All'),
  }
}

function verbOf(method: string, name: string, query: URLSearchParams): string {
  if (method === 'GET') return ['1', 'true'].includes(query.get('watch') ?? '') ? 'watch' : name ? 'get' : 'list'
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection'
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase()
}

function parseBody(body: Buffer, contentType: string, r: Resource): Json {
  if (body.length === 0) return {}
  if (contentType.includes('protobuf')) {
    const decoded = decodeProtobuf(body)
    if (decoded) return decoded
    throw new StatusError(
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    )
  }
  try {
    return contentType.includes('yaml') ? parseYaml(body.toString()) : JSON.parse(body.toString())
  } catch (error) {
    throw new StatusError(
      'BadRequest',
      `the object provided is unrecognized (must be of type ${r.kind}): ${(error as Error).message}`,
    )
  }
}

/** The request as the authorizer sees it. */
export const accessOf = ({ verb, resource, subresource, namespace, name }: ApiRequest): Access => ({
  verb,
  group: resource.group,
  resource: resource.plural,
  subresource,
  namespace: namespace ?? '',
  name,
})
