import { expect, test } from 'vitest'
import { ensureNamespace, ensureSecrets } from '../../src/flows/secrets.js'
import { FakeCluster, forbidden } from '../fakes/cluster.js'

const target = { context: 'fake', namespace: 'ml', release: 'mlflow' }
const path = '/api/v1/namespaces/ml/secrets/mlflow-secret'
const decode = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text, 'base64').toString())
const spec = {
  name: 'mlflow-secret',
  type: 'Opaque' as const,
  keys: [
    { key: 'admin-username', literal: 'admin' },
    { key: 'admin-password', from: 'auth.password', generate: 'password' as const },
    { key: 'webhook-encryption-key', generate: 'fernet' as const },
    { key: 's3-secret-key', from: 'artifacts.secretKey', overwrite: true },
  ],
}
let made = 0
const generate = (format: string) => `${format}-${++made}`

test('a new Secret gets literals, typed values and generated ones', async () => {
  const cluster = new FakeCluster()
  const notes = await ensureSecrets({ cluster, generate }, target, [spec], { 'artifacts.secretKey': 'p@s:s/w%r#d' })
  const { data } = cluster.objects.get(path)!
  expect(decode(data['admin-username'])).toBe('admin')
  expect(decode(data['admin-password'])).toMatch(/^password-/)
  expect(decode(data['webhook-encryption-key'])).toMatch(/^fernet-/)
  expect(decode(data['s3-secret-key'])).toBe('p@s:s/w%r#d')
  expect(notes.join()).not.toContain('p@s')
})

test('a second run changes nothing that was generated', async () => {
  const cluster = new FakeCluster()
  await ensureSecrets({ cluster, generate }, target, [spec], { 'artifacts.secretKey': 'one' })
  const before = structuredClone(cluster.objects.get(path)!.data)
  await ensureSecrets({ cluster, generate }, target, [spec], {})
  expect(cluster.objects.get(path)!.data).toEqual(before)
})

test('credentials of outside systems are replaced, own ones kept', async () => {
  const cluster = new FakeCluster()
  await ensureSecrets({ cluster, generate }, target, [spec], { 'artifacts.secretKey': 'one', 'auth.password': 'first-password' })
  const notes = await ensureSecrets({ cluster, generate }, target, [spec], {
    'artifacts.secretKey': 'two',
    'auth.password': 'second-password',
  })
  expect(notes).toContain('Secret mlflow-secret: admin-password is kept, the given value is not used')
  const { data } = cluster.objects.get(path)!
  expect(decode(data['s3-secret-key'])).toBe('two')
  expect(decode(data['admin-password'])).toBe('first-password')
})

test('a missing key is added to the Secret of an older version', async () => {
  const cluster = new FakeCluster()
  cluster.objects.set(path, {
    metadata: { name: 'mlflow-secret' },
    data: { 'admin-username': 'YWRtaW4=', 'admin-password': 'b2xk' },
  })
  await ensureSecrets({ cluster, generate }, target, [spec], {})
  const { data } = cluster.objects.get(path)!
  expect(decode(data['admin-password'])).toBe('old')
  expect(decode(data['webhook-encryption-key'])).toMatch(/^fernet-/)
})

test('the namespace is made only when it is missing, and not asked for when it may not be read', async () => {
  const cluster = new FakeCluster()
  expect(await ensureNamespace(cluster, 'ml')).toBe(true)
  expect(await ensureNamespace(cluster, 'ml')).toBe(false)
  cluster.replies.set('GET /api/v1/namespaces/other', forbidden('namespaces "other"'))
  expect(await ensureNamespace(cluster, 'other')).toBe(false)
})
