import http from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/adapters/clock.js'
import { createCluster } from '../../../src/adapters/kubernetes/api.js'
import { createApiClient } from '../../../src/adapters/kubernetes/client.js'
import type { Credentials } from '../../../src/adapters/kubernetes/credentials.js'
import { proxyFor } from '../../../src/adapters/kubernetes/proxy.js'
import type { ApiError } from '../../../src/ports/cluster.js'
import { failure, FakeApi, json } from './fake-api.js'

let api: FakeApi
let agent: http.Agent
let credentials: Credentials
beforeEach(async () => {
  api = new FakeApi()
  await api.start()
  agent = new http.Agent({ keepAlive: true })
  credentials = { access: async () => ({ headers: { authorization: 'Bearer t' }, agent }), refresh: () => {} }
})
afterEach(async () => {
  agent.destroy()
  await api.stop()
})
const cluster = (path = '') => createCluster({ context: 'test', server: api.address + path, credentials, clock: systemClock })
const answer =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (_request: unknown, response: http.ServerResponse) => {
    json(response, status, body, headers)
    return true
  }

describe('requests', () => {
  test('method, body, type and query', async () => {
    api.intercept = answer(201, { metadata: { name: 'n' } })
    expect(await cluster().create('/api/v1/namespaces', { metadata: { name: 'ä' } }, { dryRun: 'All' })).toEqual({
      metadata: { name: 'n' },
    })
    await cluster().patch('/api/v1/namespaces/n', { metadata: {} })
    await cluster().delete('/api/v1/namespaces/n', { propagationPolicy: 'Background' })
    expect(api.requests.map((r) => [r.method, r.path, r.query, r.headers['content-type'], r.body])).toEqual([
      ['POST', '/api/v1/namespaces', { dryRun: 'All' }, 'application/json', '{"metadata":{"name":"ä"}}'],
      ['PATCH', '/api/v1/namespaces/n', {}, 'application/merge-patch+json', '{"metadata":{}}'],
      ['DELETE', '/api/v1/namespaces/n', { propagationPolicy: 'Background' }, undefined, ''],
    ])
    expect(api.requests[0]?.headers).toMatchObject({
      accept: 'application/json',
      authorization: 'Bearer t',
      'user-agent': 'mlflow-setup',
    })
  })

  test("a path in the server's address stays in front", async () => {
    api.intercept = answer(200, {})
    await cluster('/k8s/clusters/c-1/').get('/version')
    expect(api.requests[0]?.path).toBe('/k8s/clusters/c-1/version')
  })

  test('connections are used again', async () => {
    for (let i = 0; i < 4; i++) await cluster().get('/version')
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
  })
})

describe('errors', () => {
  const caught = async (promise: Promise<unknown>) => (await promise.catch((e: ApiError) => e)) as ApiError
  test.each([
    [404, failure(404, 'NotFound', 'pods "x" not found'), 'NotFound', 'pods "x" not found'],
    [409, failure(409, 'AlreadyExists', 'secrets "x" already exists'), 'AlreadyExists', 'secrets "x" already exists'],
    [403, failure(403, 'Forbidden', 'no'), 'Forbidden', 'no'],
    [422, failure(422, 'Invalid', 'bad'), 'Invalid', 'bad'],
  ])('%i by the words of the API', async (status, body, reason, message) => {
    api.intercept = answer(status, body)
    expect(await caught(cluster().get('/x'))).toMatchObject({ name: 'ApiError', status, reason, message })
  })

  test('an answer of something else than the API', async () => {
    api.intercept = (_request, response) => Boolean(response.writeHead(502).end('<html>Bad gateway</html>'))
    expect(await caught(cluster().get('/x'))).toMatchObject({
      status: 502,
      reason: 'HTTP502',
      message: '<html>Bad gateway</html>',
    })
    api.intercept = (_request, response) => Boolean(response.writeHead(200).end('<html>Log in</html>'))
    expect(await caught(cluster().get('/x'))).toMatchObject({
      status: 0,
      reason: 'NotJson',
      message: expect.stringContaining('login page'),
    })
  })

  test('no server there', async () => {
    const gone = cluster()
    await api.stop()
    expect(await caught(gone.get('/x'))).toMatchObject({
      status: 0,
      reason: 'ECONNREFUSED',
      message: expect.stringContaining(gone.server),
    })
    await api.start()
  })

  test('no answer in time, before and within the body', async () => {
    const client = createApiClient(api.address, credentials, systemClock)
    api.intercept = () => true
    expect(await caught(client.text({ path: '/x', timeoutMs: 50 }))).toMatchObject({ status: 0, reason: 'ETIMEDOUT' })
    api.intercept = (_request, response) => response.writeHead(200) && response.write('{')
    expect(await caught(client.text({ path: '/x', timeoutMs: 50 }))).toMatchObject({ status: 0, reason: 'ETIMEDOUT' })
  })

  test('a body that is cut off', async () => {
    api.intercept = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{', () => response.destroy())
      return true
    }
    expect(await caught(cluster().get('/x'))).toMatchObject({ status: 0, reason: 'ECONNRESET' })
  })

  test('flow control is obeyed as often as asked, but not for ever', async () => {
    let refusals = 2
    api.intercept = (_request, response) => {
      if (refusals-- > 0) json(response, 429, failure(429, 'TooManyRequests'), { 'retry-after': '0' })
      else json(response, 200, { ok: true })
      return true
    }
    expect(await cluster().create('/x', {})).toEqual({ ok: true })
    refusals = 100
    expect(await caught(cluster().create('/x', {}))).toMatchObject({ status: 429 })
    expect(api.requests).toHaveLength(3 + 6)
  })

  test('an error of the server is not repeated: it may have worked', async () => {
    api.intercept = answer(500, failure(500, 'InternalError'))
    expect(await caught(cluster().create('/x', {}))).toMatchObject({ status: 500 })
    expect(api.requests).toHaveLength(1)
  })
})

describe('logs', () => {
  test('the last lines', async () => {
    api.intercept = (_request, response) => Boolean(response.writeHead(200).end('one\ntwo ü\n'))
    expect(await cluster().logs({ namespace: 'ml', pod: 'p', container: 'c', previous: true, tailLines: 20 })).toEqual([
      'one',
      'two ü',
    ])
    expect(api.requests[0]).toMatchObject({
      path: '/api/v1/namespaces/ml/pods/p/log',
      query: { container: 'c', previous: 'true', tailLines: '20' },
    })
  })

  test('lines as they come, also in pieces, until the signal aborts', async () => {
    let out: http.ServerResponse | undefined
    api.intercept = (_request, response) => Boolean((out = response.writeHead(200)).write('one\ntw'))
    const stop = new AbortController()
    const lines: string[] = []
    const done = (async () => {
      for await (const line of cluster().followLogs({ namespace: 'ml', pod: 'p' }, stop.signal)) lines.push(line)
    })()
    await vi.waitFor(() => expect(lines).toEqual(['one']))
    const umlaut = Buffer.from('ü')
    out!.write(Buffer.concat([Buffer.from('o '), umlaut.subarray(0, 1)]))
    out!.write(Buffer.concat([umlaut.subarray(1), Buffer.from('\n')]))
    await vi.waitFor(() => expect(lines).toEqual(['one', 'two ü']))
    stop.abort()
    await done
    expect(api.requests[0]?.query).toEqual({ follow: 'true' })
  })

  test('the end of the container ends them', async () => {
    api.intercept = (_request, response) => Boolean(response.writeHead(200).end('one\nlast'))
    const lines: string[] = []
    for await (const line of cluster().followLogs({ namespace: 'ml', pod: 'p' }, new AbortController().signal)) lines.push(line)
    expect(lines).toEqual(['one', 'last'])
  })
})

test('proxies of the environment, as kubectl reads them', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'internal.example.com, .corp.example,10.0.0.0/8,192.0.2.7' }
  const of = (server: string, more = {}) => proxyFor(server, { ...env, ...more })
  expect(of('https://api.example.com:6443')).toBe('http://proxy:3128')
  expect(of('https://internal.example.com')).toBeUndefined()
  expect(of('https://a.internal.example.com')).toBeUndefined()
  expect(of('https://a.corp.example')).toBeUndefined()
  expect(of('https://corp.example')).toBe('http://proxy:3128')
  expect(of('https://10.2.3.4:6443')).toBeUndefined()
  expect(of('https://11.2.3.4:6443')).toBe('http://proxy:3128')
  expect(of('https://192.0.2.7')).toBeUndefined()
  expect(of('https://127.0.0.1:6443')).toBeUndefined()
  expect(of('https://localhost:6443')).toBeUndefined()
  expect(of('http://api.example.com')).toBeUndefined()
  expect(of('https://api.example.com', { NO_PROXY: '*' })).toBeUndefined()
  expect(proxyFor('https://api.example.com', { https_proxy: 'proxy:8080' })).toBe('http://proxy:8080')
})
