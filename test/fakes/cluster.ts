import type { WatchEvent } from '../../src/core/events.js'
import type { KubeObject } from '../../src/core/health/types.js'
import { ApiError, type Cluster } from '../../src/ports/cluster.js'

/** A cluster in memory: objects by URL path. Enough for flows; the real protocol is tested against servers. */
export class FakeCluster implements Cluster {
  readonly context = 'fake'
  readonly server = 'https://127.0.0.1:1'
  readonly objects = new Map<string, KubeObject>()
  readonly requests: { verb: string; path: string; body?: object; query?: Record<string, string> }[] = []
  /** Answers instead of the store, by `VERB path`. */
  readonly replies = new Map<string, (body?: object) => unknown>()

  private answer<T>(
    verb: string,
    path: string,
    body: object | undefined,
    query: Record<string, string> | undefined,
    otherwise: () => unknown,
  ): Promise<T> {
    this.requests.push({ verb, path, ...(body ? { body } : {}), ...(query ? { query } : {}) })
    const reply = this.replies.get(`${verb} ${path}`)
    return new Promise((resolve) => resolve((reply ? reply(body) : otherwise()) as T))
  }

  get<T>(path: string, query?: Record<string, string>): Promise<T> {
    return this.answer('GET', path, undefined, query, () => {
      const found = this.objects.get(path)
      if (found) return found
      const items = [...this.objects].filter(([p]) => p.startsWith(`${path}/`)).map(([, o]) => o)
      if (items.length > 0) return { items }
      throw new ApiError(`${path} not found`, 404, 'NotFound')
    })
  }
  create<T>(path: string, body: object, query?: Record<string, string>): Promise<T> {
    return this.answer('POST', path, body, query, () => {
      const object = body as KubeObject
      if (query?.dryRun === undefined && object.metadata?.name) this.objects.set(`${path}/${object.metadata.name}`, object)
      return object
    })
  }
  patch<T>(path: string, body: object, query?: Record<string, string>): Promise<T> {
    return this.answer('PATCH', path, body, query, () => {
      const before = this.objects.get(path)!
      const data = { ...before.data, ...(body as KubeObject).data }
      this.objects.set(path, { ...before, ...body, data })
      return this.objects.get(path)
    })
  }
  async delete(path: string): Promise<void> {
    await this.answer('DELETE', path, undefined, undefined, () => this.objects.delete(path))
  }
  async *watch(): AsyncIterable<WatchEvent> {}
  logs(): Promise<string[]> {
    return Promise.resolve([])
  }
  async *followLogs(): AsyncIterable<string> {}
}

export const forbidden = (what: string) => () => {
  throw new ApiError(`${what} is forbidden`, 403, 'Forbidden')
}
