import http from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { WatchEvent } from '../../../src/core/events.js'
import type { WatchedKind } from '../../../src/core/health/types.js'
import { systemClock } from '../../../src/adapters/clock.js'
import { createCluster } from '../../../src/adapters/kubernetes/api.js'
import type { Credentials } from '../../../src/adapters/kubernetes/credentials.js'
import type { WatchTuning } from '../../../src/adapters/kubernetes/watch.js'
import { failure, FakeApi, json, line, refuse } from './fake-api.js'

let api: FakeApi
let stop: AbortController
let agent: http.Agent
beforeEach(async () => {
  api = new FakeApi()
  await api.start()
  stop = new AbortController()
  agent = new http.Agent({ keepAlive: true })
})
afterEach(async () => {
  stop.abort()
  agent.destroy()
  await api.stop()
})

const fast: Partial<WatchTuning> = {
  backoffMs: 10,
  backoffCapMs: 80,
  forbiddenRetryMs: 60,
  silenceMs: 120,
  pingMs: 60,
  staleAfterMs: 60,
  timeoutSeconds: 30,
  random: () => 0.5,
}

/** Watches pods and keeps what it says. */
function follow(tuning: Partial<WatchTuning> = {}, credentials?: Credentials, kinds: WatchedKind[] = ['Pod']) {
  const events: WatchEvent[] = []
  const cluster = createCluster({
    context: 'test',
    server: api.address,
    clock: systemClock,
    credentials: credentials ?? { access: async () => ({ headers: {}, agent }), refresh: () => {} },
    tuning: { ...fast, ...tuning },
  })
  const done = (async () => {
    for await (const event of cluster.watch({ namespace: 'ml', labelSelector: 'a=b', kinds }, stop.signal)) events.push(event)
  })()
  const names = (change: 'seen' | 'gone' = 'seen') =>
    events.flatMap((e) => (e.type === 'object' && e.change === change ? [e.object.metadata.name] : []))
  const count = (type: WatchEvent['type']) => events.filter((e) => e.type === type).length
  return { events, done, names, count }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 4000, interval: 5 })
/** For rates: how often something happens in this window (backoff: 10, 20, 40, 80, 80... ms). */
const window = () => new Promise((resolve) => setTimeout(resolve, 400))
const watching = (n = 1) => until(() => expect(api.open.size).toBe(n))

describe('the normal course', () => {
  test('lists in pages, says that it is complete, then follows', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.add(name)
    const { events, names, done } = follow({ pageSize: 2 })
    await watching()
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(api.requests.slice(0, 3).map((r) => r.query)).toEqual([
      { labelSelector: 'a=b', limit: '2' },
      { labelSelector: 'a=b', limit: '2', continue: '2' },
      { labelSelector: 'a=b', limit: '2', continue: '4' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'synced', kind: 'Pod' })
    // Objects of a list get the kind that only the list itself carries.
    expect(events[0]).toMatchObject({ type: 'object', kind: 'Pod', object: { kind: 'Pod' } })
    expect(api.requests.at(-1)?.query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '15',
      labelSelector: 'a=b',
    })
    api.add('f')
    api.remove('a')
    await until(() => expect(names('gone')).toEqual(['a']))
    expect(names().at(-1)).toBe('f')
    stop.abort()
    await done
  })

  test('repeated and older versions are left out', async () => {
    const a = api.add('a')
    const { names } = follow()
    await watching()
    api.send('MODIFIED', a)
    api.send('MODIFIED', { ...a, metadata: { ...a.metadata, resourceVersion: '9' } })
    api.add('b')
    await until(() => expect(names()).toEqual(['a', 'b']))
  })

  test('ends at once when the consumer stops', async () => {
    api.add('a')
    const cluster = createCluster({
      context: 'test',
      server: api.address,
      clock: systemClock,
      credentials: { access: async () => ({ headers: {}, agent }), refresh: () => {} },
      tuning: fast,
    })
    for await (const event of cluster.watch({ namespace: 'ml', labelSelector: '', kinds: ['Pod'] }, stop.signal))
      if (event.type === 'synced') break
    await until(() => expect(api.open.size).toBe(0))
  })
})

describe('interruptions', () => {
  test('a dropped socket resumes from the last version, bookmarks included, without a new list', async () => {
    api.add('a')
    const { names, count } = follow()
    await watching()
    // One piece, so that the bookmark has arrived when the object has.
    const b = { kind: 'Pod', metadata: { name: 'b', uid: 'uid-b', resourceVersion: '70' } }
    for (const response of api.open)
      response.write(line('ADDED', b) + line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '77' } }))
    await until(() => expect(names()).toEqual(['a', 'b']))
    api.dropAll()
    await until(() => expect(api.watchCount()).toBe(2))
    await watching()
    expect(api.requests.at(-1)?.query.resourceVersion).toBe('77')
    expect(api.listCount()).toBe(1)
    api.version = 80
    api.add('c')
    await until(() => expect(names()).toEqual(['a', 'b', 'c']))
    expect(count('stale')).toBe(0)
  })

  test('410 as an answer: one new list, and what vanished meanwhile is gone', async () => {
    api.add('a')
    api.add('b')
    const { names } = follow()
    await watching()
    api.objects = api.objects.filter((o) => o.metadata.name !== 'a')
    api.watches.push(refuse(410, 'Expired'))
    api.dropAll()
    await until(() => expect(names('gone')).toEqual(['a']))
    await watching()
    expect(api.listCount()).toBe(2)
    expect(names()).toEqual(['a', 'b'])
  })

  test('410 as an event: one new list', async () => {
    api.add('a')
    const { names } = follow()
    await watching()
    api.send('ERROR', failure(410, 'Expired', 'too old resource version'))
    await until(() => expect(api.listCount()).toBe(2))
    await watching()
    api.add('b')
    await until(() => expect(names()).toEqual(['a', 'b']))
    expect(api.listCount()).toBe(2)
  })

  test('410 every time does not become a hot loop', async () => {
    for (let i = 0; i < 100; i++) api.watches.push(refuse(410, 'Expired'))
    follow()
    await window()
    expect(api.listCount()).toBeGreaterThan(2)
    expect(api.listCount()).toBeLessThan(20)
  })

  test('a list that expires between two pages begins anew', async () => {
    for (const name of ['a', 'b', 'c']) api.add(name)
    let failed = false
    api.intercept = (request, response) => {
      if (failed || !request.query.continue) return false
      failed = true
      json(response, 410, failure(410, 'Expired'))
      return true
    }
    const { names, count } = follow({ pageSize: 2 })
    await watching()
    expect(names()).toEqual(['a', 'b', 'c'])
    expect(count('synced')).toBe(1)
  })

  test('errors of the server and broken lines are tried again', async () => {
    api.lists.push(refuse(500, 'InternalError'), refuse(503, 'ServiceUnavailable'))
    api.watches.push((_request, response) => response.writeHead(200).end('{"type":"ADDED","obj'), refuse(504, 'Timeout'))
    const { names } = follow()
    await watching()
    expect(api.listCount()).toBe(3)
    expect(api.watchCount()).toBe(3)
    api.add('a')
    await until(() => expect(names()).toEqual(['a']))
  })

  test('a server that ends every watch at once is not asked in a tight loop', async () => {
    for (let i = 0; i < 200; i++) api.watches.push((_request, response) => response.writeHead(200).end())
    follow()
    await window()
    expect(api.watchCount()).toBeLessThan(20)
  })

  test('flow control is obeyed and is not an interruption', async () => {
    api.lists.push(refuse(429, 'TooManyRequests', { 'retry-after': '0.1' }))
    const { events } = follow()
    await watching()
    expect(events.map((e) => e.type)).toEqual(['synced'])
  })
})

describe('a connection that is gone', () => {
  test('is told with the time of the last word, and so is its return', async () => {
    const { events } = follow()
    await watching()
    api.intercept = (_request, response) => Boolean(response.destroy())
    api.dropAll()
    await until(() => expect(events.at(-1)).toMatchObject({ type: 'stale' }))
    const [stale] = events.filter((e) => e.type === 'stale')
    expect(stale!.since).toBeLessThanOrEqual(stale!.at - 60)
    // Further failing attempts are no return.
    const attempts = api.requests.length
    await until(() => expect(api.requests.length).toBeGreaterThan(attempts + 3))
    expect(events.filter((e) => e.type === 'stale')).toHaveLength(1)
    api.intercept = undefined
    await until(() => expect(events.at(-1)).toMatchObject({ type: 'stale', since: undefined }))
    expect(events.filter((e) => e.type === 'stale')).toHaveLength(2)
    expect(api.listCount()).toBe(1)
  })

  test('a silent dead peer is noticed, cut and resumed', async () => {
    const { events, names } = follow()
    await watching()
    // The watch stays open without a byte, and nothing else is answered either.
    api.intercept = (request) => request.path === '/version'
    await until(() => expect(events.at(-1)).toMatchObject({ type: 'stale' }))
    api.intercept = undefined
    await until(() => expect(events.at(-1)).toMatchObject({ type: 'stale', since: undefined }))
    await watching()
    api.add('a')
    await until(() => expect(names()).toEqual(['a']))
    expect(api.listCount()).toBe(1)
  })

  test('one kind that fails is enough, however much the others say', async () => {
    const { events } = follow({}, undefined, ['Pod', 'Job'])
    await watching(2)
    api.intercept = (request, response) => {
      if (!request.path.endsWith('/pods')) return false
      json(response, 500, failure(500, 'InternalError'))
      return true
    }
    api.dropAll()
    await until(() => expect(api.open.size).toBe(1))
    const chatter = setInterval(() => api.send('BOOKMARK', { metadata: { resourceVersion: '20' } }), 10)
    await until(() => expect(events.at(-1)).toMatchObject({ type: 'stale' })).finally(() => clearInterval(chatter))
  })

  test('a quiet but living API is not stale', async () => {
    const { count } = follow()
    await watching()
    await until(() => expect(api.requests.filter((r) => r.path === '/version').length).toBeGreaterThan(2))
    expect(count('stale')).toBe(0)
    expect(api.watchCount()).toBe(1)
  })

  test('an API that refuses /version still lives', async () => {
    api.intercept = (request, response) => {
      if (request.path !== '/version') return false
      json(response, 403, failure(403, 'Forbidden'))
      return true
    }
    const { count } = follow()
    await until(() => expect(api.requests.filter((r) => r.path === '/version').length).toBeGreaterThan(2))
    expect(count('stale')).toBe(0)
  })
})

describe('rights', () => {
  test('a forbidden kind is told once and tried again slowly', async () => {
    let allowed = false
    api.intercept = (request, response) => {
      if (allowed || request.path === '/version') return false
      json(response, 403, failure(403, 'Forbidden', 'pods is forbidden: User "me" cannot list resource "pods"'))
      return true
    }
    api.add('a')
    const { events, names, count } = follow()
    await until(() => expect(api.listCount()).toBeGreaterThan(2))
    expect(events).toEqual([
      expect.objectContaining({
        type: 'forbidden',
        kind: 'Pod',
        message: expect.stringContaining('cannot list resource "pods"'),
      }),
    ])
    allowed = true
    await until(() => expect(names()).toEqual(['a']))
    expect(count('synced')).toBe(1)
  })

  test('401: the credentials are renewed once, for all who met it', async () => {
    let token = 'old'
    let renewals = 0
    const handed = new Map<string, { headers: Record<string, string>; agent: http.Agent }>()
    const credentials: Credentials = {
      async access() {
        if (!handed.has(token)) handed.set(token, { headers: { authorization: `Bearer ${token}` }, agent })
        return handed.get(token)!
      },
      refresh(used) {
        if (used !== handed.get(token)) return
        renewals++
        token = 'new'
      },
    }
    api.intercept = (request, response) => {
      if (request.headers.authorization === 'Bearer new') return false
      json(response, 401, failure(401, 'Unauthorized'))
      return true
    }
    api.add('a')
    const { names } = follow({}, credentials)
    await until(() => expect(names()).toEqual(['a']))
    expect(renewals).toBe(1)
  })
})
