import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import type { Json } from '../../src/rehearsal/json.js'
import { configMap, namespace, serve, type Answer, type Api } from './support.js'

const maps = `/api/v1/namespaces/${namespace}/configmaps`
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
let cluster: SimulatedCluster
let api: Api

beforeEach(async () => {
  ;({ cluster, api } = await serve())
})
afterEach(() => cluster.stop())

const container = (name: string, env: Json[] = []): Json => ({ name, image: `${name}:1`, env })
const deployment = (spec: Json, containers: Json[]): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers } }, ...spec },
})
const apply = (path: string, body: Json, manager: string, more = ''): Promise<Answer> =>
  api.call('PATCH', `${path}/${body.metadata.name}?fieldManager=${manager}&fieldValidation=Strict${more}`, body, {
    'content-type': 'application/apply-patch+yaml',
  })
const strategic = (path: string, body: Json) =>
  api.call('PATCH', path, body, { 'content-type': 'application/strategic-merge-patch+json' })

test('apply removes what its manager no longer sets, and leaves what others own', async () => {
  await apply(
    deployments,
    deployment({}, [
      container('web', [
        { name: 'X', value: '1' },
        { name: 'Y', value: '2' },
      ]),
    ]),
    'helm',
  )
  await api.call(
    'PATCH',
    `${deployments}/web`,
    { metadata: { annotations: { mine: 'yes' } } },
    { 'content-type': 'application/merge-patch+json' },
  )
  const { body, status } = await apply(deployments, deployment({}, [container('web', [{ name: 'Y', value: '2' }])]), 'helm')
  expect(status).toBe(200)
  expect(body.spec.template.spec.containers[0].env).toEqual([{ name: 'Y', value: '2' }])
  expect(body.metadata.annotations.mine).toBe('yes')
})

test('applying the same again keeps the version', async () => {
  const first = await apply(maps, configMap('a', { x: '1' }), 'helm')
  const second = await apply(maps, configMap('a', { x: '1' }), 'helm')
  expect([first.status, second.status]).toEqual([201, 200])
  expect(second.body).toEqual(first.body)
})

test('a field of another manager is a conflict, unless forced', async () => {
  await apply(deployments, deployment({ replicas: 1 }, [container('web')]), 'helm')
  await api.call(
    'PATCH',
    `${deployments}/web/scale?fieldManager=kubectl`,
    { spec: { replicas: 3 } },
    { 'content-type': 'application/merge-patch+json' },
  )
  const wanted = deployment({ replicas: 2 }, [container('web')])
  const refused = await apply(deployments, wanted, 'helm')
  expect(refused).toMatchObject({
    status: 409,
    body: {
      message: 'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    },
  })
  expect((await apply(deployments, wanted, 'helm', '&force=true')).body.spec.replicas).toBe(2)
})

test('strategic merge patches list items by their keys and keeps the wanted order', async () => {
  await api.post(
    deployments,
    deployment({}, [
      container('a', [
        { name: 'X', value: '1' },
        { name: 'Y', value: '2' },
      ]),
      container('b'),
    ]),
  )
  const { body } = await strategic(`${deployments}/web`, {
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'a',
              env: [
                { name: 'X', $patch: 'delete' },
                { name: 'Z', value: '3' },
              ],
            },
          ],
          '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        },
      },
    },
  })
  const [b, a] = body.spec.template.spec.containers
  expect([b.name, a.name]).toEqual(['b', 'a'])
  expect(a.env).toEqual([
    { name: 'Y', value: '2' },
    { name: 'Z', value: '3' },
  ])
  expect(a.image).toBe('a:1')
})

test('unknown fields: an error when strict, a warning otherwise', async () => {
  const wrong = deployment({ replica: 2 }, [container('web')])
  expect(await apply(deployments, wrong, 'helm')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('unknown field "spec.replica"') },
  })
  const lenient = await api.post(deployments, wrong)
  expect([lenient.status, lenient.headers.get('warning'), lenient.body.spec.replica]).toEqual([
    201,
    '299 - "unknown field \\"spec.replica\\""',
    undefined,
  ])
})

test('wrong types, missing fields and immutable fields are refused with their path', async () => {
  expect((await api.post(deployments, deployment({ replicas: 'two' }, [container('web')]))).body.message).toContain(
    'spec.replicas of type int32',
  )
  expect((await api.post(deployments, deployment({}, []))).body.message).toBe(
    'Deployment.apps "web" is invalid: spec.template.spec.containers: Required value',
  )
  await api.post(deployments, deployment({}, [container('web')]))
  const changed = await strategic(`${deployments}/web`, {
    spec: { selector: { matchLabels: { a: 'c' } }, template: { metadata: { labels: { a: 'c' } } } },
  })
  expect(changed).toMatchObject({ status: 422, body: { message: expect.stringContaining('spec.selector: Invalid value') } })
})

test('a stale version is a conflict', async () => {
  const { body } = await api.post(maps, configMap('a'))
  await api.call('PUT', `${maps}/a`, { ...body, data: { x: '1' } })
  expect(await api.call('PUT', `${maps}/a`, { ...body, data: { x: '2' } })).toMatchObject({
    status: 409,
    body: { reason: 'Conflict' },
  })
})

test('a dry run checks everything and stores nothing', async () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'check-' }, spec: { containers: [container('web')] } }
  const path = `/api/v1/namespaces/${namespace}/pods`
  const { status, body } = await api.post(`${path}?dryRun=All`, pod)
  expect([status, body.metadata.name]).toEqual([201, expect.stringMatching(/^check-[a-z0-9]{5}$/)])
  expect((await api.get(path)).body.items).toEqual([])
  expect((await api.post(`${path}?dryRun=All`, { ...pod, spec: { containers: [] } })).status).toBe(422)
})

test('Pod Security refuses what the namespace does not allow', async () => {
  await api.call(
    'PATCH',
    `/api/v1/namespaces/${namespace}`,
    { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    { 'content-type': 'application/merge-patch+json' },
  )
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [container('web')] } }
  const { status, body } = await api.post(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)
  expect(status).toBe(403)
  expect(body.message).toContain(
    'pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set',
  )
})

// A protobuf body written by hand: field number and length before each part, after the envelope's magic.
const part = (field: number, ...inner: (string | Buffer)[]) => {
  const body = Buffer.concat(inner.map((x) => Buffer.from(x)))
  return Buffer.concat([Buffer.from([(field << 3) | 2, body.length]), body])
}
const envelope = (kind: string, raw: Buffer) =>
  Buffer.concat([Buffer.from('k8s\0'), part(1, part(1, 'v1'), part(2, kind)), part(2, raw)])

test('Secrets come as protobuf, answers go as JSON', async () => {
  const metadata = part(1, part(1, 'sh.helm.release.v1.x.v1'), part(11, part(1, 'owner'), part(2, 'helm')))
  const raw = Buffer.concat([metadata, part(2, part(1, 'release'), part(2, 'hello')), part(3, 'helm.sh/release.v1')])
  const path = `/api/v1/namespaces/${namespace}/secrets`
  const { status, body } = await api.call('POST', path, envelope('Secret', raw), {
    'content-type': 'application/vnd.kubernetes.protobuf',
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    type: 'helm.sh/release.v1',
    data: { release: 'aGVsbG8=' },
    metadata: { labels: { owner: 'helm' } },
  })
  const other = await api.call('POST', path, envelope('Pod', raw), { 'content-type': 'application/vnd.kubernetes.protobuf' })
  expect(other.status).toBe(415)
})

test('owners that go take what they own with them', async () => {
  const { body } = await api.post(maps, configMap('owner'))
  const owned = configMap('owned')
  owned.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: body.metadata.uid }]
  await api.post(maps, owned)
  await api.call('DELETE', `${maps}/owner`)
  await new Promise(setImmediate)
  expect((await api.get(maps)).body.items).toEqual([])
})
