import { describe, expect, test } from 'vitest'
import { chart, envOf, helm, names, pick, refusal, render, server } from './render.js'

/** The values and commands of the production guide, as it has them. */
const which = ['helm3', 'helm4'] as const
const set = (...pairs: string[]) => pairs.flatMap((pair) => ['--set', pair])

describe.each(which)('%s', (version) => {
  test('the development command', async () => {
    const args = set(
      'ingress.hosts[0].host=mlflow.local',
      'postgresql.auth.password=secure-password',
      'minio.auth.rootPassword=secure-minio-password',
    )
    const rendered = await render({}, { helm: version, args })
    expect(pick(rendered, 'Ingress', 'mlflow').spec.rules[0].host).toBe('mlflow.local')
    const { data } = pick(rendered, 'Secret', 'mlflow-secret')
    expect([atob(data['postgres-password']), atob(data['s3-secret-key'])]).toEqual(['secure-password', 'secure-minio-password'])
    expect(names(rendered, 'HorizontalPodAutoscaler')).toEqual(['mlflow'])
  })

  test('the production command', async () => {
    const args = set(
      'ingress.hosts[0].host=mlflow.yourdomain.com',
      'ingress.tls[0].secretName=mlflow-tls',
      'ingress.tls[0].hosts={mlflow.yourdomain.com}',
      'auth.enabled=true',
      'networkPolicy.enabled=true',
      'backup.enabled=true',
    )
    const rendered = await render({}, { helm: version, args })
    expect(pick(rendered, 'Ingress', 'mlflow').spec.tls).toEqual([{ secretName: 'mlflow-tls', hosts: ['mlflow.yourdomain.com'] }])
    expect(names(rendered, 'NetworkPolicy')).toContain('mlflow')
    expect(names(rendered, 'CronJob')).toEqual(['mlflow-backup'])
    expect(names(rendered, 'Service')).toEqual(expect.arrayContaining(['mlflow', 'mlflow-postgresql']))
    expect(names(rendered, 'Secret')).toContain('mlflow-secret')
  })
})

test('authentication', async () => {
  const rendered = await render({ auth: { enabled: true, username: 'admin', password: 'secure-password' } })
  expect(atob(pick(rendered, 'Secret', 'mlflow-secret').data['admin-password'])).toBe('secure-password')
})

test('external PostgreSQL', async () => {
  const rendered = await render({
    postgresql: { enabled: false },
    backendStore: { uri: 'postgresql://user:pass@external-postgres:5432/mlflow' },
  })
  expect(names(rendered, 'StatefulSet')).toEqual(['mlflow-objects'])
  expect(envOf(server(rendered)).PGHOST).toBe('external-postgres')
})

test('external S3', async () => {
  const env = [
    { name: 'AWS_ACCESS_KEY_ID', value: 'your-key' },
    { name: 'AWS_SECRET_ACCESS_KEY', value: 'your-secret' },
  ]
  const rendered = await render({ minio: { enabled: false }, artifactStore: { uri: 's3://your-bucket/mlflow' }, env })
  expect(names(rendered, 'StatefulSet')).toEqual(['mlflow-postgresql'])
  expect(server(rendered).args).toContain('--artifacts-destination=s3://your-bucket/mlflow')
})

test('heavy workloads', async () => {
  const resources = { requests: { cpu: '1000m', memory: '2Gi' }, limits: { cpu: '4000m', memory: '8Gi' } }
  const rendered = await render({ resources, autoscaling: { targetCPUUtilizationPercentage: 50, maxReplicas: 20 } })
  expect(server(rendered).resources).toEqual(resources)
  expect(pick(rendered, 'HorizontalPodAutoscaler', 'mlflow').spec.maxReplicas).toBe(20)
})

test('workers and threads', async () => {
  expect(server(await render({ mlflow: { workers: 8, threads: 4 } })).args).toEqual(
    expect.arrayContaining(['--workers=8', expect.stringContaining('--threads 4')]),
  )
})

test('Redis is accepted, deploys nothing, and the notes say so', async () => {
  const values = [
    '--set',
    'redis.enabled=true',
    '--set',
    'env[0].name=MLFLOW_REDIS_URL',
    '--set',
    'env[0].value=redis://mlflow-redis:6379',
  ]
  const plain = await render({ secrets: { existingSecret: 's' } })
  const rendered = await render({ secrets: { existingSecret: 's' }, redis: { enabled: true } })
  expect(rendered.text).toBe(plain.text)
  expect(await helm(['install', 'mlflow', chart, '--dry-run=client', ...values])).toContain(
    'redis.enabled deploys nothing: MLflow 3.18 has no Redis cache for tracking',
  )
})

test('restore is refused with what to do instead', async () => {
  const args = set('restore.enabled=true', 'restore.backupFile=mlflow_backup_20240125_020000.sql.gz', 'restore.fromS3=true')
  const text = await refusal({}, { args })
  expect(text).toContain(
    'restore.enabled is not supported by this version of the chart: set maintenance.enabled=true, restore the backup by the commands in the chart',
  )
})

test('the notes tell what Gunicorn loses, and that eight workers need more memory', async () => {
  const text = await helm(['install', 'mlflow', chart, '--dry-run=client', ...set('mlflow.workers=8', 'mlflow.threads=4')])
  expect(text).toContain('It has no OTLP trace ingestion (/v1/traces), no AI gateway')
  expect(text).toContain('8 workers need about 2170 MiB, and the memory limit is 2048 MiB')
})
