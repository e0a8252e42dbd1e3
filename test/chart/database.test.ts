import { expect, test } from 'vitest'
import { envOf, existing, external, names, pick, refusal, render, server, type Manifest } from './render.js'

const postgresql = async (values: object) => pick(await render(values), 'StatefulSet', 'mlflow-postgresql').spec
const maxConnections = (spec: Manifest) =>
  Number(spec.template.spec.containers[0].args.find((a: string) => a.startsWith('max_connections=')).split('=')[1])

test('the data directory is said, and its parent is the volume', async () => {
  const spec = await postgresql(existing)
  const [container] = spec.template.spec.containers
  expect(container.image).toBe('docker.io/library/postgres:18')
  expect(envOf(container).PGDATA).toBe('/var/lib/postgresql/18/docker')
  expect(container.volumeMounts.find((m: Manifest) => m.name === 'data').mountPath).toBe('/var/lib/postgresql')
  expect(spec.template.spec.securityContext).toMatchObject({ runAsUser: 999, fsGroup: 999 })
})

test('the pod stops by a fast shutdown, and is asked by TCP whether it is ready', async () => {
  const [container] = (await postgresql(existing)).template.spec.containers
  expect(container.lifecycle.preStop.exec.command).toEqual(['sh', '-c', 'kill -INT 1'])
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(container[probe].exec.command.join(' ')).toContain('pg_isready --quiet --host=127.0.0.1')
})

test('the second database is made at the first start', async () => {
  const rendered = await render({ ...existing, postgresql: { auth: { database: 'ml' } } })
  expect(pick(rendered, 'ConfigMap', 'mlflow-postgresql').data['create-auth-database.sh']).toContain('CREATE DATABASE :"db"')
  expect(envOf(pick(rendered, 'StatefulSet', 'mlflow-postgresql').spec.template.spec.containers[0])).toMatchObject({
    POSTGRES_DB: 'ml',
    AUTH_DATABASE: 'ml_auth',
    POSTGRES_INITDB_ARGS: '--encoding=UTF8',
  })
  expect(envOf(server(rendered)).PGDATABASE).toBe('ml')
})

test('max_connections holds what all pods can open: (replicas + 1) x (workers x stores x pool + stores) + 12', async () => {
  expect(maxConnections(await postgresql(existing))).toBe(11 * (2 * 45 + 2) + 12)
  const one = { autoscaling: { enabled: false }, replicaCount: 1 }
  expect(maxConnections(await postgresql({ ...existing, ...one }))).toBe(2 * (2 * 45 + 2) + 12)
  expect(maxConnections(await postgresql({ ...existing, ...one, auth: { enabled: false } }))).toBe(2 * (45 + 1) + 12)
  expect(maxConnections(await postgresql({ ...existing, postgresql: { maxConnections: 2000 } }))).toBe(2000)
})

test('a budget over max_connections is refused with the numbers', async () => {
  const text = await refusal({ ...existing, postgresql: { maxConnections: 100 } })
  expect(text).toContain(
    'postgresql.maxConnections=100 is too small: 11 server pods (one more during updates) with 92 connections each need 1024',
  )
  expect(await refusal({ ...existing, mlflow: { workers: 8 } })).toContain('more than one PostgreSQL serves')
})

test('an external database is never refused for its connections', async () => {
  await expect(render({ ...external, mlflow: { workers: 8 } })).resolves.toBeDefined()
})

test('storage classes: the component wins, "-" is none', async () => {
  const claim = async (values: object) => (await postgresql({ ...existing, ...values })).volumeClaimTemplates[0].spec
  expect(await claim({})).not.toHaveProperty('storageClassName')
  expect((await claim({ global: { storageClass: 'fast' } })).storageClassName).toBe('fast')
  expect(
    (await claim({ global: { storageClass: 'fast' }, postgresql: { persistence: { storageClass: 'slow' } } })).storageClassName,
  ).toBe('slow')
  expect((await claim({ global: { storageClass: '-' } })).storageClassName).toBe('')
})

test('labels of claims never change, as they are immutable', async () => {
  const labels = (await postgresql({ ...existing, commonLabels: { team: 'ml' } })).volumeClaimTemplates[0].metadata.labels
  expect(Object.keys(labels).sort()).toEqual([
    'app.kubernetes.io/component',
    'app.kubernetes.io/instance',
    'app.kubernetes.io/name',
  ])
})

test('an external database by parts: no PostgreSQL, TLS checked, password from the Secret', async () => {
  const rendered = await render(external)
  expect(names(rendered, 'StatefulSet')).toEqual([])
  expect(envOf(server(rendered))).toMatchObject({
    PGHOST: 'db.example.com',
    PGPORT: '5432',
    PGUSER: 'ml',
    PGDATABASE: 'mlflow',
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: 'system',
    PGPASSWORD: 'secret:creds/postgres-password',
  })
})

test('an authority of the database is mounted where it is needed', async () => {
  const rendered = await render({ ...external, backendStore: { ...external.backendStore, caSecret: { name: 'db-ca' } } })
  const pod = pick(rendered, 'Deployment', 'mlflow').spec.template.spec
  expect(pod.volumes.find((v: Manifest) => v.name === 'database-ca').secret.secretName).toBe('db-ca')
  for (const c of [pod.initContainers[0], pod.containers[0]])
    expect(envOf(c).PGSSLROOTCERT).toBe('/etc/mlflow/database-ca/ca.crt')
})

const uris: [uri: string, password: string, parts: Record<string, string>][] = [
  [
    'postgresql://user:pass@external-postgres:5432/mlflow',
    'pass',
    { PGHOST: 'external-postgres', PGPORT: '5432', PGUSER: 'user', PGDATABASE: 'mlflow', PGSSLMODE: 'prefer' },
  ],
  [
    'postgres://u:p%40s%3As%2Fw%25@h.example.com/db?sslmode=require',
    'p@s:s/w%',
    { PGHOST: 'h.example.com', PGPORT: '5432', PGUSER: 'u', PGDATABASE: 'db', PGSSLMODE: 'require' },
  ],
  [
    "postgresql+psycopg2://u:p@s:s/w%r#d' &x@h:6432/db",
    "p@s:s/w%r#d' &x",
    { PGHOST: 'h', PGPORT: '6432', PGUSER: 'u', PGDATABASE: 'db' },
  ],
  ['postgresql://u@[fd00::5]:5432/db', '', { PGHOST: 'fd00::5', PGUSER: 'u' }],
]
test.each(uris)('%s is taken apart', async (uri, password, parts) => {
  const values = { postgresql: { enabled: false }, backendStore: { uri } }
  const own = await render(values)
  expect(envOf(server(own))).toMatchObject({ ...parts, PGPASSWORD: 'secret:mlflow-secret/postgres-password' })
  const stored = pick(own, 'Secret', 'mlflow-secret').data['postgres-password']
  expect(stored === undefined ? '' : atob(stored)).toBe(password)
  // With a Secret of the person, the URI's password gets one of its own.
  const theirs = await render({ ...values, secrets: { existingSecret: 'creds' } })
  expect(envOf(server(theirs)).PGPASSWORD).toBe(
    password === '' ? 'secret:creds/postgres-password' : 'secret:mlflow-backend-store/postgres-password',
  )
  if (password !== '')
    for (const o of [...own.objects, ...theirs.objects])
      if (o.kind !== 'Secret') expect(JSON.stringify(o)).not.toContain(`${JSON.stringify(password).slice(1, -1)}@`)
})

test('the migration Job is named by what it does, and knows both databases', async () => {
  const job = async (values: object) => (await render(values)).objects.find((o) => o.kind === 'Job')
  const first = await job(existing)
  expect(first.metadata.name).toMatch(/^mlflow-migrate-[0-9a-f]{8}$/)
  expect(first.metadata.annotations?.['helm.sh/hook']).toBeUndefined()
  expect(envOf(first.spec.template.spec.containers[0])).toMatchObject({
    PGAPPNAME: 'mlflow-migration',
    AUTH_DATABASE: 'mlflow_auth',
    EXTRA_INDEXES: 'true',
  })
  expect((await job({ ...existing, autoscaling: { maxReplicas: 5 } })).metadata.name).toBe(first.metadata.name)
  expect((await job({ ...existing, image: { tag: 'v3.18.1-full' } })).metadata.name).not.toBe(first.metadata.name)
  expect(names(await render({ ...existing, migration: { enabled: false } }), 'Job')).toEqual([])
})
