import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../clock.js'
import type { Json } from '../json.js'
import type { Store } from '../store/store.js'
import { aggregatedDiscovery, groupList, openapiDocument, openapiIndex, resourceList, version } from './discovery.js'
import { notServed, StatusError } from './errors.js'
import { refusal, type Access, type ApiFaults } from './faults.js'
import { filterOf, list, listBody } from './list.js'
import { sendLog, type LogSource } from './logs.js'
import { create, patch, remove, scale, update, type Answer } from './mutations.js'
import { accessOf, parseGroup, parseRequest, type ApiRequest } from './request.js'
import { groupVersionOf } from './resources.js'
import { watch } from './watch.js'
import type { Writer } from './writer.js'

/** The user that every client of the rehearsal is. */
export const userName = 'rehearsal-admin'

/** One request, as the log of requests keeps it. */
export interface RequestRecord {
  method: string
  /** Path and query, without the prefix. */
  url: string
  contentType: string
  agent: string
  /** HTTP status; 0 when it was never answered. */
  status: number
}

/** What the HTTP front is put together from. */
export interface ServerParts {
  store: Store
  writer: Writer
  clock: Clock
  faults: ApiFaults
  logs: LogSource
  /** A client over plain HTTP sends no credentials: the secret path is what it proves itself with. */
  prefix: string
  bookmarkEveryMs: number
  /** Called before each request for a served kind. */
  onAccess?(request: ApiRequest): void
}

const discoveryType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** The HTTP front of the simulated API. */
export class ApiServer {
  private readonly http: Server
  private readonly streams = new Set<ServerResponse>()
  private silent = false
  private port = 0
  /** The last requests, oldest first. */
  readonly requests: RequestRecord[] = []

  constructor(private readonly parts: ServerParts) {
    this.http = createServer((request, response) => void this.handle(request, response))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.parts.prefix}`
  }

  /** Begins to listen; after `refuse` again on the same port. */
  listen(): Promise<void> {
    return new Promise((done, fail) => {
      this.http.once('error', fail)
      this.http.listen(this.port, '127.0.0.1', () => {
        this.http.off('error', fail)
        this.port = (this.http.address() as AddressInfo).port
        done()
      })
    })
  }

  /** Stops to listen and cuts every connection: clients see "connection refused". */
  refuse(): Promise<void> {
    this.http.closeAllConnections()
    return new Promise((done) => this.http.close(() => done()))
  }

  /** Cuts all watches and followed logs. */
  dropWatches(): void {
    for (const stream of this.streams) stream.destroy()
  }

  /** While silent, connections are accepted and open watches stay open, but nothing is sent. */
  silence(silent: boolean): void {
    this.silent = silent
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prefix } = this.parts
    const url = new URL(request.url ?? '/', 'http://rehearsal')
    if (!url.pathname.startsWith(`${prefix}/`)) return this.answer(response, 401, refusal(401, undefined, userName).body)
    url.pathname = url.pathname.slice(prefix.length)
    this.record(request, response, url)
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      if (this.silent) return
      this.route(request, response, url, Buffer.concat(chunks))
    } catch (error) {
      const refused =
        error instanceof StatusError
          ? error
          : new StatusError('InternalError', `Internal error occurred: ${(error as Error).message}`)
      if (response.headersSent) response.destroy()
      else this.answer(response, refused.code, refused.body)
    }
  }

  private record(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const { headers, method = '' } = request
    const entry = {
      method,
      url: decodeURIComponent(url.pathname + url.search),
      contentType: headers['content-type'] ?? '',
      agent: headers['user-agent'] ?? '',
      status: 0,
    }
    this.requests.push(entry)
    if (this.requests.length > 5000) this.requests.shift()
    response.on('close', () => (entry.status = response.headersSent ? response.statusCode : 0))
  }

  private answer(response: ServerResponse, code: number, body: Json, headers: Record<string, string> = {}): void {
    const text = `${JSON.stringify(body)}\n`
    response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers })
    response.end(text)
  }

  private route(raw: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const path = url.pathname.replace(/\/$/, '')
    const isGeneral = /^\/(api|apis|version|healthz|livez|readyz|openapi\/v3.*|api\/v1|apis\/[^/]+\/[^/]+)?$/.test(path)
    const request = isGeneral ? undefined : parseRequest({ method: raw.method ?? '', url, headers: raw.headers, body })
    if (this.fail(response, request && accessOf(request), path)) return
    if (!request) return this.general(response, path, raw.headers.accept ?? '')
    this.parts.onAccess?.(request)
    this.serve(request, response)
  }

  /** Whether a scripted fault took the request. */
  private fail(response: ServerResponse, access: Access | undefined, path: string): boolean {
    const fault = this.parts.faults.hit(access, path)
    if (!fault) return false
    if (fault.answer === 'reset') response.destroy()
    else if (fault.answer !== 'silence') {
      const refused = refusal(fault.answer, access, userName)
      this.answer(
        response,
        refused.code,
        refused.body,
        fault.answer === 429 ? { 'Retry-After': String(fault.retryAfter ?? 1) } : {},
      )
    }
    return true
  }

  private general(response: ServerResponse, path: string, accept: string): void {
    if (path === '/version') return this.answer(response, 200, version)
    if (['/healthz', '/livez', '/readyz'].includes(path))
      return void response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok')
    if (path === '/openapi/v3') return this.answer(response, 200, openapiIndex(this.parts.prefix))
    if (path.startsWith('/openapi/v3/')) {
      const document = openapiDocument(path.replace(/^\/openapi\/v3\/apis?\//, ''))
      if (document) return this.answer(response, 200, document)
      throw notServed()
    }
    if (path === '/api' || path === '/apis') {
      if (accept.includes('as=APIGroupDiscoveryList')) {
        return this.answer(response, 200, aggregatedDiscovery(path === '/api'), { 'Content-Type': discoveryType })
      }
      return this.answer(response, 200, path === '/api' ? { kind: 'APIVersions', versions: ['v1'] } : groupList())
    }
    const { group, version: v } = parseGroup(path)
    this.answer(response, 200, resourceList(group ? `${group}/${v}` : v))
  }

  private serve(request: ApiRequest, response: ServerResponse): void {
    const { resource, verb, namespace, name, subresource } = request
    const { store } = this.parts
    if (subresource === 'log' && resource.kind === 'Pod') {
      this.track(response)
      return sendLog(this.parts.logs, store.get(resource, namespace, name), request.query, response)
    }
    if (verb === 'watch') {
      this.track(response)
      const send = (to: ServerResponse, line: string) => void (this.silent || to.write(line))
      return watch({ ...this.parts, send }, request, response)
    }
    const warnings: string[] = []
    const { code, body } = this.result(request, warnings)
    const header = warnings.map((text) => `299 - "${text.replace(/(["\\])/g, '\\$1')}"`).join(', ')
    this.answer(response, code, body, header ? { Warning: header } : {})
  }

  private result(request: ApiRequest, warnings: string[]): Answer {
    const { resource, verb, namespace, name, subresource } = request
    const { store } = this.parts
    if (subresource === 'scale' && resource.scale) return scale(this.parts, request)
    if (subresource && !(subresource === 'status' && resource.status)) throw notServed()
    if (!resource.verbs.includes(verb))
      throw new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource')
    switch (verb) {
      case 'get':
        return { code: 200, body: store.get(resource, namespace, name) }
      case 'list':
        return { code: 200, body: list(store, request) }
      case 'create':
        return resource.model === '' ? this.review(request) : create(this.parts, request, warnings)
      case 'update':
        return update(this.parts, request, warnings)
      case 'patch':
        return patch(this.parts, request, warnings)
      case 'delete':
        return remove(this.parts, request)
      default: {
        const hit = store.list(resource).filter(filterOf(request))
        for (const o of hit) store.delete(resource, o.metadata.namespace, o.metadata.name)
        return { code: 200, body: listBody(resource, hit, { resourceVersion: String(store.latest) }) }
      }
    }
  }

  private review(request: ApiRequest): Answer {
    const o = { ...request.body(), apiVersion: groupVersionOf(request.resource), kind: request.resource.kind, metadata: {} }
    if (o.kind === 'SelfSubjectReview') o.status = { userInfo: { username: userName, groups: ['system:authenticated'] } }
    else {
      const {
        verb = '',
        group = '',
        resource = '',
        subresource = '',
        namespace = '',
        name = '',
      } = o.spec?.resourceAttributes ?? {}
      o.status = { allowed: !this.parts.faults.denies({ verb, group, resource, subresource, namespace, name }) }
    }
    return { code: 201, body: o }
  }

  private track(response: ServerResponse): void {
    this.streams.add(response)
    response.on('close', () => this.streams.delete(response))
  }
}
