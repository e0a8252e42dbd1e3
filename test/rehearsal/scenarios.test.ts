import { expect, test } from 'vitest'
import { scenarioNames, startRehearsal } from '../../src/rehearsal/index.js'
import type { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import type { Json } from '../../src/rehearsal/json.js'
import { eventsAbout, isHealthy, namespace, podsOf, rehearse, release, statusOf } from './support.js'

const server = ({ store }: SimulatedCluster): Json => store.find('Deployment', namespace, release)
const conditionOf = (o: Json, type: string): Json => (o.status.conditions ?? []).find((c: Json) => c.type === type)
const serverContainer = (cluster: SimulatedCluster): Json => statusOf(podsOf(cluster, 'server')[0], 'mlflow')

test.each(['dev', 'prod'])('the plain rehearsal of preset %s becomes healthy, the server after the migration', async (preset) => {
  const { cluster } = await rehearse(undefined, 60, preset)
  expect(isHealthy(cluster)).toBe(true)
  expect(cluster.troubles).toEqual([])
  const job = cluster.store.ofKind('Job', namespace).find((j) => j.metadata.labels['app.kubernetes.io/component'] === 'migration')
  for (const pod of podsOf(cluster, 'server')) {
    const { finishedAt } = statusOf(pod, 'wait-for-schema').state.terminated
    expect(Date.parse(finishedAt)).toBeGreaterThanOrEqual(Date.parse(job.status.completionTime))
  }
  const words = eventsAbout(cluster, 'Pod')
  for (const text of [
    'Successfully assigned ml/',
    'Pulling image "',
    'Successfully pulled image "',
    'Created container: mlflow',
    'Started container mlflow',
  ]) {
    expect(words).toContain(text)
  }
  expect(words).toMatch(
    /Warning Unhealthy: Startup probe failed: Get "http:\/\/10\.244\.\d+\.\d+:5000\/health": dial tcp 10\.\S+: connect: connection refused/,
  )
})

test('the autoscaler of prod makes two servers, on two nodes, and the budget allows one to go', async () => {
  const { cluster } = await rehearse(undefined, 60, 'prod')
  expect(new Set(podsOf(cluster, 'server').map((p) => p.spec.nodeName)).size).toBe(2)
  expect(server(cluster).spec.replicas).toBe(2)
  const [hpa] = cluster.store.ofKind('HorizontalPodAutoscaler', namespace)
  expect(conditionOf(hpa, 'ScalingActive')).toMatchObject({ status: 'True', reason: 'ValidMetricFound' })
  const budget = cluster.store.ofKind('PodDisruptionBudget', namespace).find((b) => b.metadata.name === release)
  expect(budget.status.disruptionsAllowed).toBe(1)
})

test('a backup made from the CronJob completes; the CronJob itself never runs', async () => {
  const { cluster, clock } = await rehearse(undefined, 60, 'prod')
  const [cronJob] = cluster.store.ofKind('CronJob', namespace)
  await clock.advance(48 * 3_600_000)
  expect(cluster.store.ofKind('Job', namespace)).toHaveLength(1)
  const { spec, metadata } = cronJob.spec.jobTemplate
  cluster.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { ...metadata, name: 'backup-now', namespace }, spec })
  await clock.advance(60_000)
  expect(conditionOf(cluster.store.find('Job', namespace, 'backup-now'), 'Complete')).toMatchObject({ status: 'True' })
})

test('image-not-found', async () => {
  const { cluster } = await rehearse('image-not-found', 120)
  const [pod] = podsOf(cluster, 'server')
  const image = statusOf(pod, 'wait-for-schema').image
  const error = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  expect(pod.status.phase).toBe('Pending')
  expect(statusOf(pod, 'wait-for-schema').state.waiting).toEqual({
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${image}": ErrImagePull: ${error}`,
  })
  expect(eventsAbout(cluster, 'Pod')).toContain(`Warning Failed: Failed to pull image "${image}": ${error}`)
  expect(podsOf(cluster, 'postgresql')[0].status.phase).toBe('Running')
})

test('image-auth', async () => {
  const { cluster } = await rehearse('image-auth', 120)
  const { waiting } = statusOf(podsOf(cluster, 'migration')[0], 'migrate').state
  expect(waiting.reason).toBe('ImagePullBackOff')
  expect(waiting.message).toContain(
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?',
  )
  expect(waiting.message).toMatch(/: 401 Unauthorized$/)
})

test('crash-loop', async () => {
  const { cluster } = await rehearse('crash-loop', 240)
  const [pod] = podsOf(cluster, 'server')
  const { state, lastState, restartCount, ready } = serverContainer(cluster)
  expect(state.waiting).toMatchObject({
    reason: 'CrashLoopBackOff',
    message: expect.stringMatching(/^back-off .* restarting failed container=mlflow pod=mlflow-/),
  })
  expect(lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
  expect([restartCount > 2, ready, pod.status.phase]).toEqual([true, false, 'Running'])
  expect(eventsAbout(cluster, 'Pod')).toContain('Warning BackOff: Back-off restarting failed container mlflow in pod mlflow-')
  const log = cluster.readLog(pod, 'mlflow', true)
  expect(log.length).toBeGreaterThan(4)
  expect(log.at(-1)).toContain('mlflow.exceptions.MlflowException: Detected out-of-date database schema')
})

test('oom', async () => {
  const { cluster } = await rehearse('oom', 240)
  expect(serverContainer(cluster).lastState.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
  expect(serverContainer(cluster).state.waiting.reason).toBe('CrashLoopBackOff')
})

test('unschedulable', async () => {
  const { cluster } = await rehearse('unschedulable', 120)
  const [pod] = podsOf(cluster, 'server')
  expect(pod.spec.nodeName).toBeUndefined()
  expect(conditionOf(pod, 'PodScheduled')).toMatchObject({
    status: 'False',
    reason: 'Unschedulable',
    message: expect.stringContaining('3 Insufficient memory'),
  })
  expect(eventsAbout(cluster, 'Pod')).toContain('Warning FailedScheduling: 0/3 nodes are available: 3 Insufficient memory.')
})

test('pvc-unbound', async () => {
  const { cluster } = await rehearse('pvc-unbound', 120)
  expect(cluster.store.ofKind('PersistentVolumeClaim', namespace).map((c) => c.status.phase)).toEqual(['Pending', 'Pending'])
  expect(eventsAbout(cluster, 'PersistentVolumeClaim')).toContain(
    'Warning ProvisioningFailed: failed to provision volume with StorageClass "rehearsal": rpc error:',
  )
  expect(eventsAbout(cluster, 'Pod')).toContain('pod has unbound immediate PersistentVolumeClaims')
})

test('probe-failing', async () => {
  const { cluster } = await rehearse('probe-failing', 240)
  expect(serverContainer(cluster)).toMatchObject({ ready: false, started: true, restartCount: 0, state: { running: {} } })
  expect(eventsAbout(cluster, 'Pod')).toContain(
    'Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
  )
  expect(conditionOf(server(cluster), 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' })
})

test('config-error', async () => {
  const { cluster } = await rehearse('config-error', 120)
  const { waiting } = serverContainer(cluster).state
  expect(waiting).toMatchObject({
    reason: 'CreateContainerConfigError',
    message: expect.stringMatching(/^couldn't find key \S+ in Secret ml\/mlflow-secret$/),
  })
  expect(eventsAbout(cluster, 'Pod')).toContain(`Warning Failed: Error: ${waiting.message}`)
})

const dryRun = (cluster: SimulatedCluster): Json => {
  const { template } = server(cluster).spec
  return cluster.tryCreate({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'try', namespace, labels: template.metadata.labels },
    spec: { ...template.spec, serviceAccountName: 'default' },
  })
}

test.each([
  [
    'quota',
    /exceeded quota: rehearsal-quota, requested: requests.memory=\S+, used: requests.memory=2Gi, limited: requests.memory=/,
  ],
  ['pod-security', /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "mlflow" must set/],
])('%s refuses pods of the controller; its -preflight variant dry runs too', async (name, text) => {
  const { cluster } = await rehearse(name, 120)
  expect(podsOf(cluster, 'server')).toEqual([])
  expect(eventsAbout(cluster, 'ReplicaSet')).toMatch(text)
  expect(conditionOf(server(cluster), 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: expect.stringMatching(text),
  })
  // All other pods of the chart pass, under Pod Security "restricted" too.
  for (const kind of ['StatefulSet', 'Job']) expect(eventsAbout(cluster, kind)).not.toContain('FailedCreate')
  expect(() => dryRun(cluster)).not.toThrow()
  const strict = (await rehearse(`${name}-preflight`, 10)).cluster
  expect(() => dryRun(strict)).toThrow(text)
})

test('slow: nothing moves', async () => {
  const { cluster } = await rehearse('slow', 3600)
  const waiting = cluster.store
    .ofKind('Pod', namespace)
    .flatMap((p) => p.status.containerStatuses.map((s: Json) => s.state.waiting?.reason))
  expect(waiting.length).toBeGreaterThan(3)
  expect(waiting.every((reason) => reason === 'ContainerCreating' || reason === 'PodInitializing')).toBe(true)
  expect(conditionOf(server(cluster), 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' })
})

test('an unknown scenario is refused with the names of all others', async () => {
  await expect(startRehearsal({ scenario: 'nothing' })).rejects.toThrow(scenarioNames.map((s) => s.name).join(', '))
  expect(scenarioNames.length).toBeGreaterThan(12)
})
