import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chart, existing, external, refusal, render, type Manifest } from './render.js'

const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Manifest
const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Manifest

describe('the schema refuses', () => {
  const wrong: [values: object, place: string][] = [
    [{ replicaCounts: 2 }, 'replicaCounts'],
    [{ postgresql: { persistance: { size: '1Gi' } } }, 'persistance'],
    [{ replicaCount: 0 }, 'replicaCount'],
    [{ replicaCount: '2' }, 'replicaCount'],
    [{ resources: { requests: { memory: '25GB' } } }, 'memory'],
    [{ postgresql: { persistence: { size: '10 Gi' } } }, 'size'],
    [{ objectStore: { persistence: { size: '0,5Gi' } } }, 'size'],
    [{ service: { type: 'Loadbalancer' } }, 'type'],
    [{ tls: { mode: 'letsencrypt' } }, 'mode'],
    [{ backup: { schedule: '0 0 2 * * ?' } }, 'schedule'],
    [{ backup: { retention: 0 } }, 'retention'],
    [{ ingress: { hosts: [{ host: 'https://mlflow.example.com' }] } }, 'host'],
    [{ ingress: { hosts: [{ host: 'mlflow.example.com:8443' }] } }, 'host'],
    [{ artifactStore: { uri: 'https://bucket' } }, 'uri'],
    [{ artifactStore: { endpoint: 's3.example.com' } }, 'endpoint'],
    [{ backendStore: { uri: 'mysql://u:p@h/db' } }, 'uri'],
    [{ backendStore: { sslMode: 'on' } }, 'sslMode'],
    [{ objectStore: { bucket: 'My_Bucket' } }, 'bucket'],
    [{ networkPolicy: { clients: ['threads-agent'] } }, 'clients'],
    [{ networkPolicy: { externalEgressCIDRs: ['10.0.0.1'] } }, 'externalEgressCIDRs'],
    [{ tracing: { samplingRatio: 10 } }, 'samplingRatio'],
    [{ auth: { defaultPermission: 'WRITE' } }, 'defaultPermission'],
    [{ env: [{ name: 'A', value: 1 }] }, 'env'],
    [{ image: { digest: 'sha256:123' } }, 'digest'],
  ]
  test.each(wrong)('%j', async (values, place) => {
    const text = await refusal(values)
    expect(text).toContain("values don't meet the specifications of the schema")
    expect(text).toContain(place)
  })

  test('the same in Helm 3', async () => {
    expect(await refusal({ postgresql: { persistance: {} } }, { helm: 'helm3' })).toContain('persistance')
  })
})

describe('combinations are refused with a sentence', () => {
  const host = { ingress: { hosts: [{ host: 'a.example.com' }] } }
  const wrong: [values: object, sentence: string][] = [
    [{ backendStore: { host: 'db' } }, 'backendStore names an external database while postgresql.enabled is true'],
    [{ commonLabels: { 'app.kubernetes.io/name': 'x' } }, 'app.kubernetes.io/name is set by the chart itself'],
    [{ postgresql: { parameters: { max_connections: 100 } } }, 'use postgresql.maxConnections'],
    [{ postgresql: { enabled: false } }, 'postgresql.enabled is false and no other database is named'],
    [
      { ...external, backendStore: { host: 'db', authDatabase: 'mlflow' } },
      'users need a database of their own, e.g. mlflow_auth',
    ],
    [{ ...external, backendStore: { host: 'db', sslMode: 'verify-ca' } }, 'backendStore.sslMode=verify-ca needs the authority'],
    [{ ...external, backendStore: { uri: 'postgresql://h/db?sslmode=on' } }, 'sslmode "on" is none of'],
    [{ ...external, backendStore: { uri: 'postgresql://h/db?options=x' } }, 'the option options is not supported'],
    [{ ...external, backendStore: { uri: 'postgresql://' } }, 'backendStore.uri is not of the form'],
    [{ artifactStore: { uri: 's3://bucket' } }, 'artifactStore.uri names an external store while the embedded one is on'],
    [{ objectStore: { enabled: false } }, 'the embedded object store is off and no other is named'],
    [{ autoscaling: { minReplicas: 5, maxReplicas: 3 } }, 'autoscaling.minReplicas=5 is more than autoscaling.maxReplicas=3'],
    [{ autoscaling: { targetCPUUtilizationPercentage: 0, targetMemoryUtilizationPercentage: 0 } }, 'autoscaling has no target'],
    [{ resources: { requests: { cpu: null } } }, 'autoscaling by cpu needs resources.requests.cpu'],
    [{ mlflow: { jobs: { enabled: true } } }, 'mlflow.jobs.enabled needs exactly one server pod'],
    [{ mlflow: { pool: { maxOverflow: 10 } } }, 'at least 41 are needed'],
    [{ podDisruptionBudget: { minAvailable: 2 } }, 'would block every node drain: use at most 1'],
    [{ preStopSleepSeconds: 85 }, 'leaves no time for requests'],
    [{ probes: { startup: { failureThreshold: 10 } } }, 'probes.startup gives less than 120 s'],
    [{ ingress: { enabled: true } }, 'ingress.enabled is true and no host is given'],
    [{ ...host, tls: { mode: 'secret' } }, 'tls.mode=secret needs the name of the Secret'],
    [{ ...host, tls: { mode: 'cert-manager' } }, 'tls.mode=cert-manager needs an issuer'],
    [{ auth: { password: 'short' } }, 'auth.password is shorter than 12 characters'],
    [{ auth: { password: 'password1234' } }, "MLflow's old default"],
    [{ minio: { auth: { rootPassword: 'short' } } }, 'minio.auth.rootPassword is shorter than 8'],
    [{ backup: { enabled: true, destination: { endpoint: 'https://s3.example.com' } } }, 'needs backup.destination.bucket'],
    [{ backup: { enabled: true, destination: { bucket: 'mlflow' } } }, 'give backups another bucket'],
    [{ tracing: { enabled: true } }, 'tracing.enabled needs tracing.endpoint'],
    [{ metrics: { serviceMonitor: { enabled: true } } }, 'metrics.serviceMonitor.enabled needs metrics.enabled=true'],
  ]
  test.each(wrong)('%j', async (values, sentence) => {
    const text = await refusal(values)
    expect(text).toContain(sentence)
    expect(text).not.toMatch(/nil pointer|wrong type|can't evaluate/)
  })

  test('all of them at once', async () => {
    const text = await refusal({ tracing: { enabled: true }, auth: { password: 'short' }, restore: { enabled: true } })
    for (const part of ['tracing.endpoint', 'auth.password', 'restore.enabled']) expect(text).toContain(part)
  })

  test('jobs are allowed with exactly one pod', async () => {
    await expect(
      render({ ...existing, mlflow: { jobs: { enabled: true } }, autoscaling: { enabled: false }, replicaCount: 1 }),
    ).resolves.toBeDefined()
  })
})

describe('schema and values.yaml', () => {
  const resolve = (node: Manifest): Manifest =>
    node.$ref ? { ...schema.definitions[node.$ref.split('/').pop()], ...node } : node
  const walk = (
    node: Manifest,
    value: Manifest,
    path: string,
    visit: (node: Manifest, value: Manifest, path: string) => void,
  ): void => {
    const own = resolve(node)
    visit(own, value, path)
    for (const [key, child] of Object.entries(own.properties ?? {}))
      walk(child, value?.[key], path === '' ? key : `${path}.${key}`, visit)
  }

  test('every object of the chart refuses unknown keys, every leaf is described', () => {
    walk(schema, defaults, '', (node, _, path) => {
      // Helm shares "global" with other charts.
      if (node.type === 'object' && node.properties && path !== 'global') expect(node.additionalProperties, path).toBe(false)
      if (path !== '' && !node.properties) expect(node.description, path).toBeTruthy()
    })
  })

  test('every key of the schema has a default, but those that mean something when left out', () => {
    const missing: string[] = []
    walk(schema, defaults, '', (_, value, path) => {
      if (value === undefined) missing.push(path)
    })
    expect(missing.filter((path) => !path.includes('resources.') || path === 'resources')).toEqual([
      'ingress.enabled',
      'minio.enabled',
    ])
  })
})
