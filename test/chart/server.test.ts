import { expect, test } from 'vitest'
import { envOf, everything, existing, external, names, pick, preset, render, server, type Manifest } from './render.js'

const deployment = async (values: object, files: string[] = []) =>
  pick(await render(values, { files }), 'Deployment', 'mlflow').spec

test('the command says host, port, workers, store and application', async () => {
  const container = server(await render(existing))
  expect(container.command).toEqual(['mlflow', 'server'])
  expect(container.args.slice(0, 5)).toEqual([
    '--host=0.0.0.0',
    '--port=5000',
    '--workers=1',
    '--artifacts-destination=s3://mlflow/artifacts',
    '--app-name=basic-auth',
  ])
  expect(container.args).toContain('--uvicorn-opts=--timeout-keep-alive 75 --timeout-graceful-shutdown 75')
  expect(container.args.join(' ')).not.toMatch(/gunicorn|prometheus/)
})

test('no credential is in the command, the environment is by reference to the Secret', async () => {
  const env = envOf(server(await render(existing)))
  expect(env).toMatchObject({
    PGHOST: 'mlflow-postgresql',
    PGDATABASE: 'mlflow',
    PGAPPNAME: 'mlflow-server',
    PGPASSWORD: 'secret:creds/postgres-password',
    MLFLOW_BACKEND_STORE_URI: 'postgresql://',
    MLFLOW_AUTH_ADMIN_PASSWORD: 'secret:creds/admin-password',
    MLFLOW_FLASK_SERVER_SECRET_KEY: 'secret:creds/flask-secret-key',
    MLFLOW_CRYPTO_KEK_PASSPHRASE: 'secret:creds/kek-passphrase',
    MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: 'secret:creds/webhook-encryption-key',
    AWS_ACCESS_KEY_ID: 'secret:creds/s3-access-key',
    AWS_SECRET_ACCESS_KEY: 'secret:creds/s3-secret-key',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    HOME: '/tmp',
  })
})

test('threads select Gunicorn, with a pool as large as its threads can use', async () => {
  const container = server(await render({ ...existing, mlflow: { workers: 8, threads: 4 } }))
  expect(container.args).toContain('--gunicorn-opts=--threads 4 --timeout 600 --graceful-timeout 75 --worker-tmp-dir /dev/shm')
  expect(container.args.join(' ')).not.toContain('uvicorn')
  expect(envOf(container)).toMatchObject({ MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: '5', MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: '3' })
})

test('without threads the pool exceeds the 40 requests that a worker serves at once', async () => {
  const env = envOf(server(await render(existing)))
  expect(Number(env.MLFLOW_SQLALCHEMYSTORE_POOL_SIZE) + Number(env.MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW)).toBeGreaterThanOrEqual(
    41,
  )
})

test('the users configuration has the cache and a database of its own, and no secret', async () => {
  const ini = pick(await render(existing), 'ConfigMap', 'mlflow-config').data['auth.ini']
  expect(ini).toContain('auth_cache_ttl_seconds = 60')
  expect(ini).toContain('database_uri = postgresql:///mlflow_auth')
  expect(ini).not.toMatch(/password/i)
})

test('without authentication there is neither an application nor a configuration nor an administrator', async () => {
  const rendered = await render({ ...existing, auth: { enabled: false } })
  const container = server(rendered)
  expect(container.args.join(' ')).not.toContain('basic-auth')
  expect(Object.keys(envOf(container)).filter((n) => n.includes('AUTH') || n.includes('FLASK'))).toEqual([])
  expect(pick(rendered, 'ConfigMap', 'mlflow-config').data).toBeNull()
})

test('the host list has every name by which pods call, with and without port, and all pod ranges', async () => {
  const hosts = envOf(
    server(await render(existing, { release: 'x', namespace: 'team' }), 'x-mlflow'),
  ).MLFLOW_SERVER_ALLOWED_HOSTS!.split(',')
  for (const host of [
    'x-mlflow',
    'x-mlflow.team',
    'x-mlflow.team.svc',
    'x-mlflow.team.svc.cluster.local',
    'localhost',
    '127.0.0.1',
  ])
    expect(hosts).toEqual(expect.arrayContaining([host, `${host}:*`]))
  expect(hosts).toEqual(expect.arrayContaining(['10.*', '172.16.*', '172.31.*', '192.168.*', '100.64.*', '100.127.*']))
  expect(hosts).not.toContain('172.32.*')
  expect(hosts).not.toContain('*')
  expect(new Set(hosts).size).toBe(hosts.length)
})

test('hosts of the Ingress join the hosts and the origins', async () => {
  const withIngress = { ...existing, ingress: { hosts: [{ host: 'mlflow.example.com' }] } }
  const plain = envOf(server(await render(withIngress)))
  expect(plain.MLFLOW_SERVER_ALLOWED_HOSTS!.split(',')).toEqual(
    expect.arrayContaining(['mlflow.example.com', 'mlflow.example.com:*']),
  )
  expect(plain.MLFLOW_SERVER_CORS_ALLOWED_ORIGINS).toBe('https://mlflow.example.com,http://mlflow.example.com')
  const secured = envOf(server(await render({ ...withIngress, tls: { mode: 'secret', secretName: 'cert' } })))
  expect(secured.MLFLOW_SERVER_CORS_ALLOWED_ORIGINS).toBe('https://mlflow.example.com')
  expect(envOf(server(await render(existing))).MLFLOW_SERVER_CORS_ALLOWED_ORIGINS).toBeUndefined()
})

test('an environment variable of the person replaces the one of the chart', async () => {
  const container = server(
    await render({
      ...existing,
      env: [
        { name: 'AWS_DEFAULT_REGION', value: 'eu-west-1' },
        { name: 'MINE', value: '1' },
      ],
    }),
  )
  expect(envOf(container)).toMatchObject({ AWS_DEFAULT_REGION: 'eu-west-1', MINE: '1' })
  expect(container.env.filter((e: Manifest) => e.name === 'AWS_DEFAULT_REGION')).toHaveLength(1)
})

test('probes ask /health, and the startup probe outlives the wait for the database', async () => {
  const container = server(await render(existing))
  for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    expect(container[name].httpGet).toEqual({ path: '/health', port: 'http' })
  expect(container.startupProbe.periodSeconds * container.startupProbe.failureThreshold).toBeGreaterThanOrEqual(120)
})

test('a rolling update loses no pod, and pods sleep before they stop', async () => {
  const spec = await deployment(existing)
  expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } })
  const pod = spec.template.spec
  expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '10'])
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10)
})

test('pods avoid each other softly, unless an affinity is given', async () => {
  const pod = (await deployment(existing)).template.spec
  expect(pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution).toHaveLength(1)
  expect(pod.topologySpreadConstraints.map((c: Manifest) => c.whenUnsatisfiable)).toEqual(['ScheduleAnyway', 'ScheduleAnyway'])
  const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } }
  expect((await deployment({ ...existing, affinity })).template.spec.affinity).toEqual(affinity)
})

test('replicas are left out when an autoscaler owns them', async () => {
  expect(await deployment(existing)).not.toHaveProperty('replicas')
  expect((await deployment({ ...existing, autoscaling: { enabled: false }, replicaCount: 3 })).replicas).toBe(3)
  expect((await deployment(existing, [preset('dev')])).replicas).toBe(1)
})

test('the autoscaler has both bounds and windows, and its memory target lies above what an idle pod uses', async () => {
  const { spec } = pick(await render(existing), 'HorizontalPodAutoscaler', 'mlflow')
  expect([spec.minReplicas, spec.maxReplicas]).toEqual([2, 10])
  expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'mlflow' })
  expect(Object.keys(spec.behavior)).toEqual(['scaleUp', 'scaleDown'])
  const memory = spec.metrics.find((m: Manifest) => m.resource.name === 'memory').resource.target.averageUtilization
  const idleMebibytes = 460
  expect((512 * memory) / 100).toBeGreaterThan(idleMebibytes * 1.5)
  expect(names(await render(existing, { files: [preset('dev')] }), 'HorizontalPodAutoscaler')).toEqual([])
})

test('a disruption budget exists only with two or more pods', async () => {
  expect(pick(await render(existing), 'PodDisruptionBudget', 'mlflow').spec.minAvailable).toBe(1)
  const single = { ...existing, autoscaling: { enabled: false }, replicaCount: 1, podDisruptionBudget: { enabled: true } }
  expect(names(await render(single), 'PodDisruptionBudget')).toEqual([])
  expect(names(await render({ ...existing, autoscaling: { minReplicas: 1 } }), 'PodDisruptionBudget')).toEqual([])
})

test('a change of the configuration rolls the pods, nothing else does', async () => {
  const sum = async (values: object) => (await deployment(values)).template.metadata.annotations['checksum/config']
  const before = await sum(existing)
  expect(await sum({ ...existing, auth: { cacheTtlSeconds: 30 } })).not.toBe(before)
  expect(await sum({ ...existing, backup: { ...existing.backup, enabled: true } })).toBe(before)
})

test('maintenance leaves the stores, and no server, autoscaler, budget or migration', async () => {
  const rendered = await render({ ...everything, maintenance: { enabled: true } })
  expect(pick(rendered, 'Deployment', 'mlflow').spec.replicas).toBe(0)
  for (const kind of ['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Job']) expect(names(rendered, kind), kind).toEqual([])
  expect(names(rendered, 'StatefulSet')).toEqual(['mlflow-objects', 'mlflow-postgresql'])
  expect(names(rendered, 'CronJob')).toEqual(['mlflow-backup'])
})

test('the server has no volume that only one pod can have', async () => {
  for (const values of [everything, external])
    expect(JSON.stringify((await deployment(values)).template.spec.volumes)).not.toContain('persistentVolumeClaim')
})

test('the init container waits by libpq variables for both schemas', async () => {
  const [init] = (await deployment(existing)).template.spec.initContainers
  expect(init.name).toBe('wait-for-schema')
  expect(envOf(init)).toMatchObject({
    PGAPPNAME: 'mlflow-wait',
    PGPASSWORD: 'secret:creds/postgres-password',
    AUTH_DATABASE: 'mlflow_auth',
  })
})
