import { describe, test } from 'vitest'
import { expectCause, expectNothing } from './expect.js'
import { event, iso, job, pod, running, statefulSet, terminated, waiting } from '../../../fixtures/health/build.js'

describe('probes', () => {
  const probed = {
    readinessProbe: { httpGet: { path: '/health', port: 'http' } },
    livenessProbe: { httpGet: { path: '/health', port: 'http' } },
    startupProbe: { httpGet: { path: '/health', port: 'http' }, periodSeconds: 5, failureThreshold: 24 },
  }
  const unready = (restarts = 0) => pod({ state: running(0), started: true, restarts, container: probed })
  const unhealthy = (p: ReturnType<typeof pod>, message: string, last = 100) =>
    event(p, 'Unhealthy', message, { container: 'mlflow', last, count: 7 })

  test('an error answer, after the startup budget and a minute', () => {
    const p = unready()
    const situation = { objects: [p, unhealthy(p, 'Readiness probe failed: HTTP probe failed with statuscode: 503')] }
    expectNothing(175, situation)
    expectCause(185, situation, {
      code: 'probe-http',
      headline: 'readiness GET :5000/health answers 503',
      evidence: 'Readiness GET :5000/health 503 (7 times)',
      permanent: false,
    })
  })
  test('a probe that needs a login kills a living app: not a crash', () => {
    const p = pod({ state: running(300), started: true, restarts: 5, lastState: terminated(0), container: probed })
    const killing = event(p, 'Killing', 'Container mlflow failed liveness probe, will be restarted', {
      container: 'mlflow',
      type: 'Normal',
    })
    expectCause(
      2,
      { objects: [p, killing, unhealthy(p, 'Liveness probe failed: HTTP probe failed with statuscode: 401')] },
      { code: 'probe-http', headline: 'answers 401: the app is up, the probe needs a login', permanent: true },
    )
  })
  test('403 is the host check', () => {
    const p = unready()
    expectCause(
      185,
      { objects: [p, unhealthy(p, 'Readiness probe failed: HTTP probe failed with statuscode: 403')] },
      { code: 'probe-http', headline: /host check/ },
    )
  })
  test('refused and timed out', () => {
    const p = unready()
    const refused = {
      objects: [
        p,
        unhealthy(
          p,
          'Startup probe failed: Get "http://10.1.0.4:5000/health": dial tcp 10.1.0.4:5000: connect: connection refused',
        ),
      ],
    }
    expectNothing(175, refused)
    expectCause(185, refused, { code: 'probe-refused', headline: 'nothing listens yet where startup GET :5000/health asks' })
    const late = {
      objects: [
        p,
        unhealthy(
          p,
          'Readiness probe failed: Get "http://10.1.0.4:5000/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
      ],
    }
    expectNothing(175, late)
    expectCause(185, late, { code: 'probe-timeout', headline: /gets no answer in time/ })
  })
  test('a refused probe of a container that crashes is the crash', () => {
    const p = pod({ state: running(50), started: false, restarts: 3, lastState: terminated(1), container: probed })
    expectCause(
      60,
      { objects: [p, unhealthy(p, 'Readiness probe failed: connection refused')] },
      { code: 'crash-loop', headline: /exit code 1/ },
    )
  })
  test('a ready container with old failures is fine', () => {
    const p = pod({ state: running(0), ready: true, container: probed })
    expectNothing(500, { objects: [p, unhealthy(p, 'Readiness probe failed: HTTP probe failed with statuscode: 503')] })
  })
  test('without events: it runs and is not ready', () => {
    const situation = { objects: [unready()] }
    expectNothing(230, situation)
    expectCause(245, situation, { code: 'probe-failing', headline: 'container mlflow runs but is not ready' })
  })
  test('an init container that does not end, but not while it waits for the migration', () => {
    const waits = (name: string) => pod({ init: [{ name, state: running(0) }], state: waiting('PodInitializing') })
    const database = statefulSet('mlflow-postgresql', 1)
    expectNothing(110, { objects: [waits('wait-for-schema'), job('Complete'), database] })
    expectCause(
      125,
      { objects: [waits('wait-for-schema'), job('Complete'), database] },
      { code: 'init-stuck', headline: 'init container wait-for-schema does not end' },
    )
    expectNothing(250, { objects: [waits('wait-for-schema'), job(), database] })
  })
  test('readiness lost after days counts from then', () => {
    const lost = pod({
      state: running(-86_400),
      started: true,
      container: probed,
      metadata: { creationTimestamp: iso(-86_400) },
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: 'False', lastTransitionTime: iso(-5) },
      ],
    })
    expectNothing(5, { objects: [lost, unhealthy(lost, 'Readiness probe failed: HTTP probe failed with statuscode: 503', 0)] })
    expectCause(
      180,
      { objects: [lost, unhealthy(lost, 'Readiness probe failed: HTTP probe failed with statuscode: 503', 0)] },
      { code: 'probe-http', headline: /503/ },
    )
  })
  test('what was broken long before we looked needs no grace any more', () => {
    const secret = pod({
      state: waiting('CreateContainerConfigError', 'secret "mlflow-secret" not found'),
      metadata: { creationTimestamp: iso(-600) },
    })
    expectCause(1, { objects: [secret] }, { code: 'config-error', headline: /mlflow-secret/ })
  })
  test('times of a cluster whose clock is behind do not use up the grace of what we saw being born', () => {
    const p = pod({ state: running(-600), started: true, container: probed, metadata: { creationTimestamp: iso(-600) } })
    const situation = {
      objects: [],
      more: [{ type: 'object', at: Date.parse(iso(1)), kind: 'Pod', change: 'seen', object: p } as const],
    }
    expectNothing(60, situation)
    expectCause(245, situation, { code: 'probe-failing', headline: /not ready/ })
  })
})
