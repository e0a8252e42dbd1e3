import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import { configMap, namespace, serve, type Api } from './support.js'

const path = `/api/v1/namespaces/${namespace}/configmaps`
let cluster: SimulatedCluster
let api: Api

beforeEach(async () => {
  ;({ cluster, api } = await serve({ bookmarkEveryMs: 50 }))
})
afterEach(() => cluster.stop())

const versionOf = async () => (await api.get(path)).body.metadata.resourceVersion as string

test('without a version everything there is comes first, then each change', async () => {
  await api.post(path, configMap('a'))
  const watch = await api.watch(path)
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { kind: 'ConfigMap', metadata: { name: 'a' } } })
  await api.post(path, configMap('b'))
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } })
  await api.call('PATCH', `${path}/b`, { data: { x: '1' } }, { 'content-type': 'application/merge-patch+json' })
  expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { data: { x: '1' } } })
  await api.call('DELETE', `${path}/a`)
  expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } })
  watch.close()
})

test('from a version on, only what changed since', async () => {
  await api.post(path, configMap('before'))
  const version = await versionOf()
  await api.post(path, configMap('after'))
  const watch = await api.watch(`${path}?resourceVersion=${version}`)
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'after' } } })
  watch.close()
})

test('bookmarks only for those who ask, with the newest version', async () => {
  const version = await versionOf()
  const asking = await api.watch(`${path}?resourceVersion=${version}&allowWatchBookmarks=true`)
  const line = await asking.next()
  expect(line.type).toBe('BOOKMARK')
  expect(Number(line.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(version))
  asking.close()
  const silent = await api.watch(`${path}?resourceVersion=${version}`)
  const next = silent.next()
  await api.post(path, configMap('first'))
  expect((await next).type).toBe('ADDED')
  silent.close()
})

test('an object that leaves the selection is DELETED for the watcher, one that enters is ADDED', async () => {
  await api.post(path, configMap('x', {}, { app: 'a' }))
  const watch = await api.watch(`${path}?labelSelector=app%3Da&resourceVersion=${await versionOf()}`)
  const relabel = (app: string) =>
    api.call('PATCH', `${path}/x`, { metadata: { labels: { app } } }, { 'content-type': 'application/merge-patch+json' })
  await relabel('b')
  expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { labels: { app: 'a' } } } })
  await relabel('a')
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { labels: { app: 'a' } } } })
  watch.close()
})

test('a compacted version is told as ERROR 410 in the stream', async () => {
  const version = await versionOf()
  cluster.store.compact()
  const watch = await api.watch(`${path}?resourceVersion=${version}`)
  expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })
  expect(await watch.next()).toBeUndefined()
})

test('a full watch log forgets its oldest versions', async () => {
  await cluster.stop()
  ;({ cluster, api } = await serve({ watchLogSize: 3 }))
  const version = await versionOf()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await api.post(path, configMap(name))
  const watch = await api.watch(`${path}?resourceVersion=${version}`)
  expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
})

test('sendInitialEvents ends its list with an annotated bookmark', async () => {
  await api.post(path, configMap('a'))
  const watch = await api.watch(
    `${path}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Da`,
  )
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } })
  expect(await watch.next()).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  })
  watch.close()
})

test('a watch ends by itself after timeoutSeconds', async () => {
  const watch = await api.watch(`${path}?timeoutSeconds=1&resourceVersion=${await versionOf()}`)
  expect(await watch.next()).toBeUndefined()
})

test('pages hold what the limit says, all with one version, and 410 once that is compacted', async () => {
  for (const name of ['a', 'b', 'c']) await api.post(path, configMap(name))
  const first = (await api.get(`${path}?limit=2`)).body
  expect(first.items.map((o: { metadata: { name: string } }) => o.metadata.name)).toEqual(['a', 'b'])
  expect(first.metadata.remainingItemCount).toBe(1)
  const more = `${path}?limit=2&continue=${first.metadata.continue}`
  const second = (await api.get(more)).body
  expect(second.items.map((o: { metadata: { name: string } }) => o.metadata.name)).toEqual(['c'])
  expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion })
  cluster.store.compact()
  expect(await api.get(more)).toMatchObject({ status: 410, body: { reason: 'Expired' } })
})
