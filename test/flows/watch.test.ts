import { describe, expect, test } from 'vitest'
import type { FlowEvent, WatchEvent } from '../../src/core/events.js'
import { createHealth, reduceHealth, viewHealth } from '../../src/core/health/model.js'
import type { HealthView, KubeObject } from '../../src/core/health/types.js'
import { watchRelease, watchedKinds } from '../../src/flows/watch.js'
import { ApiError, type Cluster, type LogRequest, type WatchRequest } from '../../src/ports/cluster.js'
import { JumpingClock } from '../fakes/clock.js'
import {
  changed,
  currentDeployment,
  job,
  pod,
  readyPod,
  replicaSet,
  running,
  slimSpec,
  start,
  terminated,
  waiting,
} from '../fixtures/health/build.js'

/** A cluster whose watch says what the script says, at its moments (seconds after the start). */
class ScriptedCluster {
  readonly context = 'scripted'
  readonly server = 'https://127.0.0.1:1'
  readonly asked: LogRequest[] = []
  request: WatchRequest | undefined
  logLines: string[] | Error = ['Traceback', 'FATAL: password authentication failed for user "mlflow" with PASSWORD=hunter2']
  isStopped = false

  constructor(
    private readonly clock: JumpingClock,
    private readonly script: readonly (readonly [number, KubeObject])[],
  ) {}

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchEvent> {
    this.request = request
    let isSynced = false
    const sync = () => watchedKinds.map((kind): WatchEvent => ({ type: 'synced', at: this.clock.now(), kind }))
    for (const [seconds, object] of this.script) {
      if (seconds > 0 && !isSynced) {
        yield* sync()
        isSynced = true
      }
      const wait = start + seconds * 1000 - this.clock.now()
      if (wait > 0) await this.clock.sleep(wait, signal)
      if (signal.aborted) break
      yield { type: 'object', at: this.clock.now(), kind: object.kind as never, change: 'seen', object }
    }
    if (!isSynced) yield* sync()
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    this.isStopped = true
  }

  logs(request: LogRequest): Promise<string[]> {
    this.asked.push(request)
    return this.logLines instanceof Error ? Promise.reject(this.logLines) : Promise.resolve(this.logLines)
  }
}

async function run(
  script: readonly (readonly [number, KubeObject])[],
  options: {
    prepare?: (c: ScriptedCluster) => void
    signal?: AbortSignal
    onEvent?: (e: FlowEvent) => void
    until?: 'abort' | 'listed'
  } = {},
) {
  const clock = new JumpingClock(start)
  const cluster = new ScriptedCluster(clock, script)
  options.prepare?.(cluster)
  const flow = watchRelease(
    { cluster: cluster as unknown as Cluster, clock },
    slimSpec,
    options.signal ?? new AbortController().signal,
    options.until ? { until: options.until } : {},
  )
  const events: FlowEvent[] = []
  for (;;) {
    const next = await flow.next()
    if (next.done) return { view: next.value as HealthView, events, cluster, seconds: (clock.now() - start) / 1000, clock }
    events.push(next.value)
    options.onEvent?.(next.value)
  }
}

const healthy: [number, KubeObject][] = [job('Complete'), currentDeployment(1), replicaSet(), readyPod('mlflow-abc-x1')].map(
  (o) => [0, o],
)
const crashing = pod({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restarts: 3, phase: 'Running' })

describe('verdicts', () => {
  test('healthy after the stable window; the watch is stopped', async () => {
    const { view, seconds, cluster, events } = await run(healthy)
    expect(view.phase).toBe('healthy')
    expect(seconds).toBeGreaterThanOrEqual(5)
    expect(seconds).toBeLessThan(9)
    expect(cluster.isStopped).toBe(true)
    expect(events.filter((e) => e.type === 'tick').length).toBeGreaterThanOrEqual(5)
    expect(cluster.request).toEqual({ namespace: 'ml', labelSelector: 'app.kubernetes.io/instance=mlflow', kinds: watchedKinds })
  })

  test('failed once the grace of a permanent cause is over', async () => {
    const { view, seconds } = await run([[0, pod({ state: waiting('ImagePullBackOff', 'manifest unknown') })]])
    expect(view).toMatchObject({ phase: 'failed', causes: [{ code: 'image-not-found' }] })
    expect(seconds).toBeGreaterThanOrEqual(20)
    expect(seconds).toBeLessThan(25)
  })

  test('a pull that succeeds in the end is no failure', async () => {
    const pulling = pod({ name: 'mlflow-abc-x1', state: waiting('ErrImagePull', 'manifest unknown') })
    const ready = readyPod('mlflow-abc-x1')
    const { view } = await run([
      ...healthy.slice(0, 3),
      [0, pulling],
      [15, changed(pulling, (p) => Object.assign(p, { spec: ready.spec, status: ready.status }))],
    ])
    expect(view.phase).toBe('healthy')
  })

  test('stalled when nothing changes', async () => {
    const { view, seconds } = await run([[0, pod()]])
    expect(view.phase).toBe('stalled')
    expect(seconds).toBeGreaterThanOrEqual(300)
    expect(seconds).toBeLessThan(305)
  })

  test('the yielded events fold to the returned view', async () => {
    const { view, events, clock } = await run([[0, crashing]])
    expect(viewHealth(events.reduce(reduceHealth, createHealth(slimSpec)), clock.now())).toEqual(view)
  })
})

describe('logs', () => {
  test('the failed run of a crash loop, once, redacted, and part of the verdict', async () => {
    const { view, events, cluster } = await run([[0, crashing]])
    expect(cluster.asked).toEqual([{ namespace: 'ml', pod: 'mlflow-abc-x1', container: 'mlflow', previous: true, tailLines: 40 }])
    const logs = events.filter((e) => e.type === 'log')
    expect(logs).toHaveLength(1)
    expect(JSON.stringify(events)).not.toContain('hunter2')
    expect(view).toMatchObject({
      phase: 'failed',
      causes: [{ code: 'crash-loop', headline: 'mlflow: the database refuses the password of user "mlflow"' }],
    })
  })

  test('each further restart is another log', async () => {
    const first = pod({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restarts: 1 })
    const again = changed(first, (p) => (p.status.containerStatuses[0].restartCount = 2))
    const { cluster } = await run([
      [0, first],
      [30, again],
    ])
    expect(cluster.asked.map((r) => r.previous)).toEqual([true, true])
  })

  test('a failed Job pod: its own run, not a previous one', async () => {
    const failed = pod({ component: 'migration', state: terminated(1), phase: 'Failed' })
    const { cluster, view } = await run([
      [0, job('Failed')],
      [0, failed],
    ])
    expect(cluster.asked).toMatchObject([{ pod: 'mlflow-migrate-1a2b-z9', container: 'migrate', previous: false }])
    expect(view.causes).toMatchObject([
      { code: 'job-failed', headline: 'mlflow-migrate-1a2b: the database refuses the password of user "mlflow"' },
    ])
  })

  test('no log is no reason to fail or to go on for ever', async () => {
    const { view, cluster } = await run([[0, crashing]], { prepare: (c) => (c.logLines = new ApiError('no', 403, 'Forbidden')) })
    expect(view.causes).toMatchObject([{ code: 'crash-loop' }])
    expect(cluster.asked.length).toBeLessThanOrEqual(3)
  })

  test('a container that does not get ready is looked at, rarely', async () => {
    const { cluster } = await run([[0, pod({ state: running() })]])
    expect(cluster.asked.length).toBeGreaterThanOrEqual(2)
    expect(cluster.asked.length).toBeLessThanOrEqual(5)
  })

  test('so is a Job that runs on', async () => {
    const { view } = await run([
      [0, job()],
      [0, pod({ component: 'migration', state: running(), ready: true })],
    ])
    expect(view.causes).toMatchObject([
      { code: 'job-waiting', headline: 'mlflow-migrate-1a2b: waits: the database refuses the password of user "mlflow"' },
    ])
  })

  test('completed and ready containers are left alone', async () => {
    expect(
      (await run([...healthy, [0, pod({ component: 'migration', state: terminated(0), phase: 'Succeeded' })]])).cluster.asked,
    ).toEqual([])
  })
})

describe('the end', () => {
  test('by the signal, with the view so far', async () => {
    const stop = new AbortController()
    const { view, cluster } = await run([[0, pod()]], { signal: stop.signal, onEvent: (e) => e.type === 'tick' && stop.abort() })
    expect(view.phase).toBe('progressing')
    expect(view.pods).toHaveLength(1)
    expect(cluster.isStopped).toBe(true)
  })

  test('only by the signal when it shall go on', async () => {
    const stop = new AbortController()
    let ticks = 0
    const { view } = await run(healthy, {
      until: 'abort',
      signal: stop.signal,
      onEvent: (e) => e.type === 'tick' && ++ticks === 60 && stop.abort(),
    })
    expect(ticks).toBe(60)
    expect(view.phase).toBe('healthy')
  })

  test('after one look, with the logs that it asks for', async () => {
    const { view, seconds, cluster } = await run([[0, crashing]], { until: 'listed' })
    expect(view.causes).toMatchObject([
      { code: 'crash-loop', headline: 'mlflow: the database refuses the password of user "mlflow"' },
    ])
    expect(cluster.asked).toHaveLength(1)
    expect(seconds).toBeLessThanOrEqual(10)
    const quiet = await run([[0, pod()]], { until: 'listed' })
    expect(quiet.view).toMatchObject({ phase: 'progressing', causes: [] })
    expect(quiet.seconds).toBeLessThanOrEqual(10)
  })

  test('a bug in the watch is not swallowed', async () => {
    const broken = (c: ScriptedCluster) =>
      (c.watch = async function* (): AsyncIterable<WatchEvent> {
        yield { type: 'synced', at: start, kind: 'Pod' }
        throw new Error('bug')
      })
    await expect(run([], { prepare: broken })).rejects.toThrow('bug')
  })
})
