import { describe, expect, test } from 'vitest'
import type { FlowEvent, Stage } from '../../../src/core/events.js'
import { reduceHealth, viewHealth, type HealthState } from '../../../src/core/health/model.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import {
  changed,
  currentDeployment,
  deployment,
  event,
  fold,
  gone,
  iso,
  job,
  pod,
  readyPod,
  replicaSet,
  running,
  seen,
  slimSpec,
  spec,
  start,
  stateOf,
  statefulSet,
  synced,
  terminated,
  tick,
  waiting,
} from '../../fixtures/health/build.js'

const view = (state: HealthState, seconds: number) => viewHealth(state, start + seconds * 1000)

const phase = (state: HealthState, seconds: number) => view(state, seconds).phase

const stage = (name: Stage, state: 'started' | 'ended', seconds = 0): FlowEvent => ({
  type: 'stage',
  at: start + seconds * 1000,
  stage: name,
  state,
})

/** Everything current and ready. */
const complete = (): KubeObject[] => [
  statefulSet('mlflow-postgresql', 1),
  statefulSet('mlflow-objects', 1),
  job('Complete'),
  currentDeployment(),
  replicaSet(),
  readyPod('mlflow-abc-x1'),
  readyPod('mlflow-abc-x2'),
  pod({ component: 'postgresql', state: running(), ready: true }),
  pod({ component: 'object-store', state: running(), ready: true }),
  pod({ component: 'migration', state: terminated(0), phase: 'Succeeded' }),
]

describe('healthy', () => {
  test('only after the stable window', () => {
    const state = stateOf(complete())
    expect(phase(state, 4)).toBe('progressing')
    expect(phase(state, 6)).toBe('healthy')
  })

  test('a restart begins the window anew', () => {
    const state = stateOf(complete())
    const restarted = changed(readyPod('mlflow-abc-x1'), (p) => (p.status.containerStatuses[0].restartCount = 1))
    const after = fold([seen(restarted, 5)], state)
    expect(phase(after, 9)).toBe('progressing')
    expect(phase(after, 11)).toBe('healthy')
  })

  test('not before the first lists are complete, nor without a connection', () => {
    expect(phase(fold([...complete().map((o) => seen(o)), tick(1)]), 60)).toBe('progressing')
    const state = stateOf(complete(), [{ type: 'stale', at: start, since: start }])
    expect(phase(state, 60)).toBe('progressing')
    expect(view(state, 60).staleSince).toBe(start)
    expect(phase(reduceHealth(state, { type: 'stale', at: start, since: undefined }), 60)).toBe('healthy')
  })

  test('not while one workload is missing', () => {
    expect(phase(stateOf(complete().filter((o) => o.metadata.name !== 'mlflow-objects')), 60)).toBe('progressing')
  })

  test('finished pods of Jobs and pods of an older ReplicaSet do not count', () => {
    const old = pod({ name: 'mlflow-old-x9', hash: 'old', phase: 'Succeeded', state: terminated(0) })
    const oldFailing = pod({
      name: 'mlflow-old-x8',
      hash: 'old',
      state: waiting('CrashLoopBackOff'),
      lastState: terminated(1),
      restarts: 9,
    })
    const state = stateOf([...complete(), replicaSet('old', 0), old, oldFailing])
    expect(phase(state, 6)).toBe('healthy')
    expect(view(state, 6).pods.find((p) => p.name === 'mlflow-old-x8')?.note).toBe('old version, going away')
  })

  test('an old pod that serves no more and does not go is not in the way; one that serves is', () => {
    const newest = changed(replicaSet('new', 2), (rs) => (rs.status = { replicas: 2, readyReplicas: 2 }))
    const twoSets = (old: KubeObject) => [
      job('Complete'),
      deployment({ replicas: 3, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }),
      replicaSet('abc', 1),
      newest,
      readyPod('mlflow-new-x1', 'new'),
      readyPod('mlflow-new-x2', 'new'),
      old,
    ]
    expect(
      phase(
        stateOf(twoSets(pod({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restarts: 6 })), [], slimSpec),
        6,
      ),
    ).toBe('healthy')
    expect(phase(stateOf(twoSets(readyPod('mlflow-abc-x1')), [], slimSpec), 6)).toBe('progressing')
  })

  test('a note is not in the way', () => {
    const evicted = pod({
      name: 'mlflow-abc-ev',
      status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    })
    const state = stateOf([...complete(), evicted])
    expect(view(state, 6).causes.map((c) => c.code)).toEqual(['evicted'])
    expect(phase(state, 6)).toBe('healthy')
  })

  test('a migration Job that was removed after it had completed stays done', () => {
    const done = job('Complete')
    const state = fold([gone(done, 2), tick(3)], stateOf([...complete().filter((o) => o.kind !== 'Job'), done]))
    expect(phase(state, 20)).toBe('healthy')
    expect(phase(stateOf(complete().filter((o) => o.kind !== 'Job')), 20)).toBe('healthy')
  })

  test('server scaled to zero for maintenance', () => {
    expect(phase(stateOf([job('Complete'), deployment({}, 0)], [], slimSpec), 20)).toBe('healthy')
  })

  test('a shorter or longer window by the spec', () => {
    expect(phase(stateOf(complete(), [], { ...spec, stableForMs: 30_000 }), 20)).toBe('progressing')
  })
})

describe('failed and stalled', () => {
  const missing = pod({ state: waiting('ImagePullBackOff', 'manifest unknown') })
  test('a permanent cause past its grace; before that it is a suspect', () => {
    const state = stateOf([missing])
    expect(phase(state, 19)).toBe('progressing')
    expect(view(state, 19).suspects?.map((c) => c.code)).toEqual(['image-not-found'])
    expect(phase(state, 25)).toBe('failed')
  })
  test('the grace starts anew when the symptom had gone', () => {
    const good = changed(missing, (p) => (p.status.containerStatuses[0].state = { waiting: { reason: 'ContainerCreating' } }))
    const bad = changed(good, (p) => (p.status.containerStatuses[0].state = missing.status.containerStatuses[0].state))
    const state = fold([seen(good, 10), tick(11), seen(bad, 40), tick(41)], stateOf([missing]))
    expect(phase(state, 55)).toBe('progressing')
    expect(phase(state, 62)).toBe('failed')
  })
  test('a failed Job', () => {
    expect(phase(stateOf([job('Failed')]), 1)).toBe('failed')
  })
  test('nothing new for five minutes, and a crash loop going up and down is nothing new', () => {
    expect(phase(stateOf([]), 299)).toBe('progressing')
    expect(phase(stateOf([]), 301)).toBe('stalled')
    const events: FlowEvent[] = []
    let p = pod({ state: running(), restarts: 0 })
    for (let s = 10; s < 290; s += 20) {
      p = changed(p, (x) => (x.status.containerStatuses[0].state = s % 40 === 10 ? running() : waiting('ContainerCreating')))
      events.push(seen(p, s))
    }
    const state = fold([...synced(), ...events])
    expect(phase(state, 320)).toBe('stalled')
  })
  test('each step forward counts as progress', () => {
    const p = pod({ state: waiting('ContainerCreating') })
    const started = changed(p, (x) => Object.assign(x.status.containerStatuses[0], { state: running(), started: true }))
    const state = fold([seen(started, 250)], stateOf([p]))
    expect(view(state, 251).lastProgressAt).toBe(start + 250_000)
    expect(phase(state, 400)).toBe('progressing')
  })
  test('a long pull counts as progress while it lasts', () => {
    const p = pod()
    const pulling = event(p, 'Pulling', 'Pulling image', { type: 'Normal', first: 1 })
    const state = fold([tick(310)], stateOf([p, pulling]))
    expect(phase(state, 320)).toBe('progressing')
    const pulled = fold([seen(event(p, 'Pulled', 'Successfully pulled', { type: 'Normal', first: 311 }), 311), tick(330)], state)
    expect(phase(pulled, 640)).toBe('stalled')
  })
  test('the smoke test', () => {
    const step = { step: 'artifact-up', ok: false, detail: 'HTTP 500', ms: 12 }
    const state = stateOf(complete(), [stage('smoke', 'started'), { type: 'smoke', at: start, step }])
    expect(view(state, 10).causes.map((c) => c.headline)).toEqual(['smoke test: step artifact-up failed: HTTP 500'])
    expect(phase(state, 10)).toBe('failed')
  })
})

describe('while Helm works', () => {
  test('what stands is the revision before', () => {
    const state = fold([stage('helm', 'started')], stateOf(complete()))
    expect(phase(state, 60)).toBe('applying')
    const ended = fold([stage('helm', 'ended', 61)], state)
    expect(phase(ended, 63)).toBe('progressing')
    expect(phase(ended, 67)).toBe('healthy')
  })
})

describe('pod rows', () => {
  test('in trouble first; probes and restarts with them', () => {
    const probes = { startupProbe: {}, readinessProbe: { httpGet: { path: '/health', port: 'http' } }, livenessProbe: {} }
    const bad = pod({ name: 'mlflow-abc-x9', state: running(), started: true, restarts: 2, container: probes })
    const failing = event(bad, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', {
      container: 'mlflow',
      last: 9,
    })
    const rows = view(stateOf([replicaSet(), readyPod('mlflow-abc-x1'), bad, failing]), 10).pods
    expect(rows.map((r) => r.name)).toEqual(['mlflow-abc-x9', 'mlflow-abc-x1'])
    expect(rows[0]).toMatchObject({
      workload: 'Deployment/mlflow',
      status: 'NotReady',
      ready: false,
      restarts: 2,
      createdAt: start,
      probes: { startup: 'ok', readiness: 'failing', liveness: 'ok', detail: 'Readiness GET :5000/health 503' },
    })
    expect(rows[1]?.probes).toEqual({ startup: 'none', readiness: 'none', liveness: 'none' })
  })
  test('a deleted pod says so', () => {
    const p = pod({ state: running(), metadata: { deletionTimestamp: iso(1) } })
    expect(view(stateOf([p]), 2).pods[0]).toMatchObject({ status: 'Terminating', note: 'going away' })
  })
})
