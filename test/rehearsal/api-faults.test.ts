import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import { configMap, namespace, serve, type Api } from './support.js'

const path = `/api/v1/namespaces/${namespace}/configmaps`
let cluster: SimulatedCluster
let api: Api

beforeEach(async () => {
  ;({ cluster, api } = await serve())
})
afterEach(() => cluster.stop())

const mergePatch = { 'content-type': 'application/merge-patch+json' }
const networkError = async (work: Promise<unknown>) => {
  const error = (await work.then(
    () => new Error('was answered'),
    (e: Error) => e,
  )) as Error & { cause?: { code?: string } }
  return error.cause?.code ?? error.message
}

test('only the secret path is served', async () => {
  const { origin } = new URL(cluster.url)
  expect((await fetch(`${origin}/version`)).status).toBe(401)
  expect((await api.get('/version')).body.gitVersion).toBe('v1.34.4+rehearsal')
})

test.each([
  [401, 'Unauthorized'],
  [410, 'Expired'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
] as const)('%i is a Status with reason %s', async (answer, reason) => {
  cluster.faults.add({ verb: 'list', resource: 'configmaps', answer })
  expect(await api.get(path)).toMatchObject({ status: answer, body: { kind: 'Status', code: answer, reason } })
  expect((await api.get(`/api/v1/namespaces/${namespace}/secrets`)).status).toBe(200)
})

test('403 per kind and verb, and the access review says the same', async () => {
  const allow = cluster.faults.add({ verb: ['watch', 'list'], resource: 'configmaps', answer: 403 })
  const message = `configmaps is forbidden: User "rehearsal-admin" cannot list resource "configmaps" in API group "" in the namespace "${namespace}"`
  expect((await api.get(path)).body).toMatchObject({ code: 403, reason: 'Forbidden', message })
  const may = async (verb: string) => {
    const spec = { resourceAttributes: { verb, group: '', resource: 'configmaps', namespace } }
    return (await api.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec })).body.status.allowed
  }
  expect([await may('watch'), await may('create')]).toEqual([false, true])
  allow()
  expect([await may('watch'), (await api.get(path)).status]).toEqual([true, 200])
})

test('429 says when to come back, and only as often as asked', async () => {
  cluster.faults.add({ verb: 'create', times: 1, answer: 429, retryAfter: 7 })
  const refused = await api.post(path, configMap('a'))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
  expect((await api.post(path, configMap('a'))).status).toBe(201)
})

test('discovery and paths can fail too', async () => {
  cluster.faults.add({ path: /^\/openapi/, answer: 503 })
  expect([(await api.get('/openapi/v3')).status, (await api.get('/apis')).status]).toEqual([503, 200])
})

test('a cut connection is no answer', async () => {
  cluster.faults.add({ resource: 'configmaps', times: 1, answer: 'reset' })
  expect(await networkError(api.get(path))).toBe('UND_ERR_SOCKET')
  expect((await api.get(path)).status).toBe(200)
})

test('refused connections, then the same address again', async () => {
  await cluster.refuse()
  expect(await networkError(api.get(path))).toBe('ECONNREFUSED')
  await cluster.listen()
  expect((await api.get(path)).status).toBe(200)
})

test('dropped watches are cut, not ended', async () => {
  const watch = await api.watch(`${path}?allowWatchBookmarks=true`)
  const next = watch.next()
  cluster.dropWatches()
  await expect(next).rejects.toThrow('terminated')
})

test('a silent server keeps connections open and says nothing', async () => {
  const watch = await api.watch(path)
  let heard = 0
  void watch.next().then(
    () => heard++,
    () => {},
  )
  cluster.silence(true)
  cluster.create({ ...configMap('unheard'), metadata: { name: 'unheard', namespace } })
  const stop = AbortSignal.timeout(300)
  await expect(fetch(cluster.url + path, { signal: stop })).rejects.toThrow(/timeout/)
  expect(heard).toBe(0)
  cluster.silence(false)
  expect((await api.get(`${path}/unheard`)).status).toBe(200)
  expect(heard).toBe(0)
  watch.close()
})

test('events can come twice, and older ones after newer ones', async () => {
  await api.post(path, configMap('a', { n: '0' }))
  const watch = await api.watch(path)
  await watch.next()
  cluster.faults.duplicateEvents = true
  await api.call('PATCH', `${path}/a`, { data: { n: '1' } }, mergePatch)
  const twice = [await watch.next(), await watch.next()]
  expect(twice[0]).toEqual(twice[1])
  cluster.faults.clear()
  cluster.faults.staleEvents = true
  await api.call('PATCH', `${path}/a`, { data: { n: '2' } }, mergePatch)
  const [newer, older] = [await watch.next(), await watch.next()]
  expect([newer.object.data.n, older.object.data.n]).toEqual(['2', '1'])
  expect(Number(older.object.metadata.resourceVersion)).toBeLessThan(Number(newer.object.metadata.resourceVersion))
  watch.close()
})

test('requests are on record with their status', async () => {
  await api.get(`${path}/absent`)
  await api.post(path, configMap('a'))
  const seen = cluster.requests.map(({ method, url, status }) => `${method} ${url} ${status}`)
  expect(seen).toEqual([`GET ${path}/absent 404`, `POST ${path} 201`])
})
