import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../src/rehearsal/clock.js'
import type { SimulatedCluster } from '../../src/rehearsal/cluster.js'
import { Api, namespace, podsOf, rehearse, serve } from './support.js'

let cluster: SimulatedCluster
afterEach(() => cluster.stop())

const pods = `/api/v1/namespaces/${namespace}/pods`

test('logs of a pod that waits, crashes and is asked for its previous run', async () => {
  let clock: ManualClock
  ;({ cluster, clock } = await rehearse('crash-loop', 0))
  await cluster.listen()
  const api = new Api(cluster.url)
  await clock.advance(1000)
  const path = `${pods}/${podsOf(cluster, 'server')[0].metadata.name}/log`
  expect((await api.get(`${path}?container=mlflow`)).body).toMatchObject({
    code: 400,
    message: expect.stringMatching(/^container "mlflow" in pod "mlflow-\S+" is waiting to start: PodInitializing$/),
  })
  expect((await api.get(`${path}?container=nothing`)).body.message).toContain('container nothing is not valid for pod')
  await clock.advance(120_000)
  const previous = (await api.get(`${path}?container=mlflow&previous=true&tailLines=2`)).body as string
  const lines = previous.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(/^\[simulated\] mlflow\.exceptions\.MlflowException: /)
})

test('a container name is only left out when there is one', async () => {
  ;({ cluster } = await rehearse(undefined, 60, 'prod'))
  await cluster.listen()
  const api = new Api(cluster.url)
  const [server] = podsOf(cluster, 'server')
  expect(server.spec.containers.length).toBeGreaterThan(1)
  expect((await api.get(`${pods}/${server.metadata.name}/log`)).body.message).toContain(
    'a container name must be specified for pod',
  )
  const [postgres] = podsOf(cluster, 'postgresql')
  const { body } = await api.get(`${pods}/${postgres.metadata.name}/log`)
  expect(body).toContain('database system is ready to accept connections')
})

test('a followed log brings lines as they are written and ends with the container', async () => {
  const clock = new ManualClock()
  const served = await serve({ clock })
  cluster = served.cluster
  const labels = { 'app.kubernetes.io/component': 'smoke-test' }
  cluster.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'smoke', namespace, labels },
    spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', image: 'x:1' }] },
  })
  await clock.advance(2500)
  const log = await served.api.follow(`${pods}/smoke/log?follow=true`)
  const first = log.next()
  await clock.advance(1000)
  expect(await first).toEqual({ smoke: { step: 'reach', ok: true, detail: 'simulated', ms: 10 } })
  await clock.advance(5000)
  const rest: string[] = []
  for (let line = await log.next(); line !== undefined; line = await log.next()) rest.push(line.smoke.step)
  expect(rest).toEqual(['auth', 'run', 'metric', 'artifact-up', 'artifact-down', 'model'])
})
