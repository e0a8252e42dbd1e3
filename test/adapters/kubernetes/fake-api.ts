import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { KubeObject } from '../../../src/core/health/types.js'

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => void

export interface SeenRequest {
  method: string
  path: string
  query: Record<string, string>
  headers: http.IncomingHttpHeaders
  body: string
}

/** A tiny API server of one kind (pods) on a loopback port, whose misbehaviour is scripted. */
export class FakeApi {
  readonly requests: SeenRequest[] = []
  /** What the next lists and watches do, in place of the default; each is used once. */
  readonly lists: Handler[] = []
  readonly watches: Handler[] = []
  /** Before everything else; true means answered. */
  intercept: ((request: SeenRequest, response: http.ServerResponse) => boolean) | undefined
  objects: KubeObject[] = []
  version = 10
  /** Open watches of the default handler. */
  readonly open = new Set<http.ServerResponse>()
  private readonly sockets = new Set<Socket>()
  private readonly server = http.createServer((request, response) => this.handle(request, response))

  async start(): Promise<string> {
    this.server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return this.address
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.dropAll()
    await new Promise((resolve) => this.server.close(resolve))
  }

  /** Cuts every connection. */
  dropAll(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  listCount = () => this.requests.filter((r) => r.path.endsWith('/pods') && !r.query.watch).length
  watchCount = () => this.requests.filter((r) => r.query.watch).length

  /** Makes a pod and tells the open watches. */
  add(name: string): KubeObject {
    const object: KubeObject = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace: 'ml', uid: `uid-${name}`, resourceVersion: String(++this.version) },
    }
    this.objects.push(object)
    this.send('ADDED', object)
    return object
  }

  remove(name: string): void {
    const object = this.objects.find((o) => o.metadata.name === name)!
    this.objects = this.objects.filter((o) => o !== object)
    this.send('DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } })
  }

  send(type: string, object: object): void {
    for (const response of this.open) response.write(line(type, object))
  }

  private handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x')
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body,
      }
      this.requests.push(seen)
      if (this.intercept?.(seen, response)) return
      if (url.pathname === '/version') return json(response, 200, { major: '1' })
      const isWatch = url.searchParams.get('watch') === 'true'
      const scripted = (isWatch ? this.watches : this.lists).shift()
      if (scripted) return scripted(request, response, url)
      if (isWatch) this.watch(response)
      else this.list(response, url)
    })
  }

  private list(response: http.ServerResponse, url: URL): void {
    const limit = Number(url.searchParams.get('limit') ?? 1000)
    const from = Number(url.searchParams.get('continue') ?? 0)
    const items = this.objects.slice(from, from + limit).map(({ kind: _kind, apiVersion: _version, ...rest }) => rest)
    const more = from + limit < this.objects.length
    json(response, 200, {
      kind: 'PodList',
      metadata: { resourceVersion: String(this.version), ...(more ? { continue: String(from + limit) } : {}) },
      items,
    })
  }

  private watch(response: http.ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    this.open.add(response)
    response.on('close', () => this.open.delete(response))
  }
}

export const line = (type: string, object: object) => `${JSON.stringify({ type, object })}\n`

export function json(response: http.ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** A `metav1.Status` of a failure. */
export const failure = (code: number, reason: string, message = reason) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message,
})

/** A handler that answers with a failure. */
export const refuse =
  (code: number, reason: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    json(response, code, failure(code, reason), headers)
