import { expect, test } from 'vitest'
import { everything, names, pick, render } from './render.js'

const data = async (values: object, name = 'mlflow-secret'): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(pick(await render(values), 'Secret', name).data as Record<string, string>).map(([k, v]) => [
      k,
      Buffer.from(v, 'base64').toString(),
    ]),
  )

test('without an existing Secret the chart makes one with every key, and keeps it', async () => {
  const rendered = await render({ backup: { enabled: true } })
  expect(pick(rendered, 'Secret', 'mlflow-secret').metadata.annotations['helm.sh/resource-policy']).toBe('keep')
  const keys = await data({ backup: { enabled: true } })
  expect(Object.keys(keys).sort()).toEqual([
    'admin-password',
    'admin-username',
    'flask-secret-key',
    'kek-passphrase',
    'postgres-password',
    's3-access-key',
    's3-secret-key',
    'webhook-encryption-key',
  ])
  expect(keys['admin-password']!.length).toBeGreaterThanOrEqual(24)
  expect(keys['kek-passphrase']!.length).toBeGreaterThanOrEqual(32)
  expect(keys['webhook-encryption-key']).toMatch(/^[A-Za-z0-9_-]{43}=$/)
  expect(Object.keys(await data({ backup: { enabled: true } }, 'mlflow-backup-key')).sort()).toEqual(['password', 'salt'])
  expect(pick(rendered, 'Secret', 'mlflow-backup-key').metadata.annotations['helm.sh/resource-policy']).toBe('keep')
})

test('with existing Secrets there is none', async () => {
  expect(names(await render(everything), 'Secret')).toEqual([])
  expect(names(await render({ ...everything, backup: { enabled: true } }), 'Secret')).toEqual(['mlflow-backup-key'])
})

test('no backup, no backup key', async () => {
  expect(names(await render({}), 'Secret')).toEqual(['mlflow-secret'])
})

test('given passwords are in the Secret and nowhere else', async () => {
  const given = {
    auth: { username: 'root', password: 'canary-admin-password' },
    postgresql: { auth: { password: "canary-pg-p@s:s/w%r#d' &x" } },
    minio: { auth: { rootUser: 'canary-user', rootPassword: 'canary-minio-password' } },
  }
  expect(await data(given)).toMatchObject({
    'admin-username': 'root',
    'admin-password': 'canary-admin-password',
    'postgres-password': "canary-pg-p@s:s/w%r#d' &x",
    's3-access-key': 'canary-user',
    's3-secret-key': 'canary-minio-password',
  })
  for (const o of (await render(given)).objects)
    if (o.kind !== 'Secret') expect(JSON.stringify(o), `${o.kind}/${o.metadata.name}`).not.toContain('canary')
})

test('AWS keys among the environment variables move into the Secret', async () => {
  const given = {
    objectStore: { enabled: false },
    artifactStore: { uri: 's3://your-bucket/mlflow' },
    env: [
      { name: 'AWS_ACCESS_KEY_ID', value: 'canary-key' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'canary-secret' },
      { name: 'OTHER', value: 'stays' },
    ],
  }
  expect(await data(given)).toMatchObject({ 's3-access-key': 'canary-key', 's3-secret-key': 'canary-secret' })
  const rendered = await render(given)
  for (const o of rendered.objects) if (o.kind !== 'Secret') expect(JSON.stringify(o)).not.toContain('canary')
  expect(rendered.text).toContain('value: stays')
})

test('every generated value is another one', async () => {
  const values = Object.values(await data({}))
  expect(new Set(values).size).toBe(values.length)
})

test('no object but a Secret holds the value of a Secret', async () => {
  const rendered = await render({ backup: { enabled: true }, networkPolicy: { enabled: true } })
  const secrets = rendered.objects
    .filter((o) => o.kind === 'Secret')
    .flatMap((o) => Object.values(o.data as Record<string, string>))
  const long = secrets.flatMap((v) => [v, Buffer.from(v, 'base64').toString()]).filter((v) => v.length > 8)
  expect(long.length).toBeGreaterThan(10)
  for (const o of rendered.objects)
    if (o.kind !== 'Secret') for (const value of long) expect(JSON.stringify(o)).not.toContain(value)
})
