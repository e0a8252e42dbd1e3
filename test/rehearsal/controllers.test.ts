import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../src/rehearsal/clock.js'
import { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import { clone, type Json } from '../../src/rehearsal/json.js'
import { isReady } from '../../src/rehearsal/controllers/context.js'
import { eventsAbout, namespace } from './support.js'

let clock: ManualClock
let cluster: SimulatedCluster

beforeEach(async () => {
  clock = new ManualClock()
  // A component of its own may be given any behaviour.
  const pods = [{ match: { components: ['failing'] }, exit: { code: 3, after: 1000, reason: 'Error' as const } }]
  cluster = new SimulatedCluster({ clock, scenario: { name: 'test', title: '', pods } })
  cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await clock.advance(0)
})

const labels = { app: 'web' }
const template = (image = 'web:1', spec: Json = {}, more: Json = {}): Json => ({
  metadata: { labels: { ...labels, ...more } },
  spec: { containers: [{ name: 'web', image, readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 } }], ...spec },
})
const workload = (kind: string, spec: Json): Json => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace },
  spec: { selector: { matchLabels: labels }, template: template(), ...spec },
})
const pods = () => cluster.store.ofKind('Pod', namespace)
const replaceImage = (kind: string, image: string) => {
  const o = clone(cluster.store.find(kind, namespace, 'web'))
  o.spec.template.spec.containers[0].image = image
  cluster.store.update(cluster.store.resourceOf(o), o)
}
const imagesOf = (list: Json[]) => list.map((p) => p.spec.containers[0].image)

test('pods of one owner go to different nodes, even to fuller ones', async () => {
  for (const node of ['rehearsal-node-2', 'rehearsal-node-3']) {
    for (const i of [1, 2, 3]) {
      const spec = { ...template().spec, nodeName: node }
      cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `${node}-${i}`, namespace }, spec })
    }
  }
  cluster.create(workload('Deployment', { replicas: 3 }))
  await clock.advance(10_000)
  const nodes = pods()
    .filter((p) => p.metadata.ownerReferences)
    .map((p) => p.spec.nodeName as string)
  expect(nodes.sort()).toEqual(['rehearsal-node-1', 'rehearsal-node-2', 'rehearsal-node-3'])
})

test('a rolling update never has fewer ready pods than wanted, nor more than one too many', async () => {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  cluster.create(workload('Deployment', { replicas: 2, strategy }))
  await clock.advance(10_000)
  const seen: { ready: number; alive: number }[] = []
  cluster.store.onChange(() => {
    const alive = pods().filter((p) => !p.metadata.deletionTimestamp)
    seen.push({ ready: alive.filter(isReady).length, alive: alive.length })
  })
  replaceImage('Deployment', 'web:2')
  await clock.advance(60_000)
  expect(imagesOf(pods())).toEqual(['web:2', 'web:2'])
  expect([Math.min(...seen.map((s) => s.ready)), Math.max(...seen.map((s) => s.alive))]).toEqual([2, 3])
  const events = eventsAbout(cluster, 'Deployment')
  for (const text of [/Scaled up replica set web-\w+ from 1 to 2/, /Scaled down replica set web-\w+ from 1 to 0/])
    expect(events).toMatch(text)
})

test('a StatefulSet makes its pods in order and replaces them from the last on, one at a time', async () => {
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }
  cluster.create(workload('StatefulSet', { replicas: 2, serviceName: 'web', volumeClaimTemplates: [claim] }))
  await clock.advance(1000)
  expect(pods().map((p) => p.metadata.name)).toEqual(['web-0'])
  await clock.advance(20_000)
  expect(pods().map((p) => p.metadata.name)).toEqual(['web-0', 'web-1'])
  replaceImage('StatefulSet', 'web:2')
  await clock.advance(3000)
  expect(imagesOf(pods())).toEqual(['web:1', 'web:2'])
  await clock.advance(30_000)
  expect(imagesOf(pods())).toEqual(['web:2', 'web:2'])
  expect(cluster.store.ofKind('PersistentVolumeClaim', namespace).map((c) => [c.metadata.name, c.status.phase])).toEqual([
    ['data-web-0', 'Bound'],
    ['data-web-1', 'Bound'],
  ])
})

test('a Job that keeps failing ends with BackoffLimitExceeded after growing pauses', async () => {
  const failing = template('web:1', { restartPolicy: 'Never' }, { 'app.kubernetes.io/component': 'failing' })
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace },
    spec: { backoffLimit: 2, template: failing },
  }
  cluster.create(job)
  const conditions = () => cluster.store.find('Job', namespace, 'work').status.conditions ?? []
  await clock.advance(10_000)
  expect(conditions()).toEqual([])
  await clock.advance(120_000)
  expect(conditions()).toMatchObject([
    { type: 'FailureTarget' },
    { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' },
  ])
  const starts = pods()
    .map((p) => Date.parse(p.status.startTime))
    .sort((a, b) => a - b)
  expect(starts).toHaveLength(3)
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(10_000)
  expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(20_000)
})

test('an Ingress gets an address when its class exists', async () => {
  const ingress = (name: string, ingressClassName: string): Json => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { ingressClassName, defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  })
  cluster.create(ingress('known', 'traefik'))
  cluster.create(ingress('unknown', 'none'))
  await clock.advance(1000)
  const addressOf = (name: string) => cluster.store.find('Ingress', namespace, name).status.loadBalancer.ingress
  expect([addressOf('known'), addressOf('unknown')]).toEqual([[{ ip: '203.0.113.11' }], undefined])
})

test('a Secret that is missing keeps the pod from starting, until it is there', async () => {
  const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } }]
  const spec = {
    containers: [{ name: 'web', image: 'web:1', env }],
    volumes: [{ name: 'files', secret: { secretName: 'files' } }],
  }
  cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace }, spec })
  const secret = (name: string, stringData: Json) =>
    cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData })
  const state = () => pods()[0].status.containerStatuses[0].state
  await clock.advance(10_000)
  expect(eventsAbout(cluster, 'Pod')).toContain(
    'Warning FailedMount: MountVolume.SetUp failed for volume "files" : secret "files" not found',
  )
  expect(state()).toEqual({ waiting: { reason: 'ContainerCreating' } })
  secret('files', {})
  secret('keys', { other: 'x' })
  await clock.advance(60_000)
  expect(state().waiting).toEqual({ reason: 'CreateContainerConfigError', message: "couldn't find key key in Secret ml/keys" })
  cluster.store.remove(cluster.store.find('Secret', namespace, 'keys'))
  secret('keys', { key: 'x' })
  await clock.advance(60_000)
  expect(Object.keys(state())).toEqual(['running'])
})

test('nothing moves while the clock stands, and nothing went wrong inside', async () => {
  cluster.create(workload('Deployment', { replicas: 1 }))
  await clock.advance(0)
  expect(pods().map((p) => p.status.phase)).toEqual(['Pending'])
  expect(cluster.troubles).toEqual([])
})
