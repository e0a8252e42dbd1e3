import { describe, expect, test } from 'vitest'
import type { FlowEvent } from '../../../src/core/events.js'
import { createHealth, reduceHealth, viewHealth, type HealthState } from '../../../src/core/health/model.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import {
  changed,
  currentDeployment,
  event,
  fold,
  gone,
  job,
  log,
  pod,
  readyPod,
  replicaSet,
  running,
  seen,
  spec,
  start,
  stateOf,
  statefulSet,
  synced,
  terminated,
  tick,
} from '../../fixtures/health/build.js'

const view = (state: HealthState, seconds: number) => viewHealth(state, start + seconds * 1000)

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

describe('order of events', () => {
  test('repeated, older and late events change nothing', () => {
    const old = pod({ state: running() })
    const fresh = changed(old, (p) => (p.status.containerStatuses[0].ready = true))
    const once = stateOf([fresh])
    expect(reduceHealth(once, seen(fresh, 2))).toBe(once)
    expect(reduceHealth(once, seen(old, 2))).toBe(once)
    const after = fold([gone(fresh, 3)], once)
    expect(view(fold([seen(fresh, 4)], after), 5).pods).toEqual([])
    // A version with more digits is newer.
    const much = changed(fresh, (p) => ((p.metadata.resourceVersion = '1000000'), (p.status.phase = 'Succeeded')))
    expect(reduceHealth(once, seen(much, 2))).not.toBe(once)
  })
  test('any order of the same events gives the same view', () => {
    const objects = complete()
    const forward = view(stateOf(objects), 30)
    const backward = view(stateOf([...objects].reverse()), 30)
    expect(backward).toEqual(forward)
  })
  test('events of others in the namespace are not kept', () => {
    const other = pod({ name: 'grafana-1' })
    expect(stateOf([event(other, 'BackOff', 'x')]).objects.get('Event')).toBeUndefined()
  })
  test('memory stays bounded', () => {
    const p = pod()
    let state = createHealth(spec)
    for (let i = 0; i < 1100; i++) state = reduceHealth(state, seen(event(p, 'BackOff', `${i}`)))
    expect(state.objects.get('Event')?.size).toBe(1000)
    // What is remembered of pods goes with them.
    const empty = stateOf([])
    let many = empty
    for (let i = 0; i < 50; i++) {
      const short = pod({ name: `mlflow-abc-${i}` })
      many = fold([seen(short, 2), log(short, 'mlflow', ['x']), gone(short, 3)], many)
    }
    expect([many.logs.size, many.bornAt.size, many.progress.best.size]).toEqual([0, 0, 0])
  })
  test('a forbidden kind is told, and healthy is not claimed without it', () => {
    const events = [
      ...complete()
        .filter((o) => o.kind !== 'StatefulSet')
        .map((o) => seen(o)),
      ...synced().filter((e) => e.type !== 'synced' || e.kind !== 'StatefulSet'),
      { type: 'forbidden', at: start, kind: 'StatefulSet', message: 'no' } as FlowEvent,
      tick(1),
    ]
    const state = fold(events)
    expect(view(state, 60)).toMatchObject({ phase: 'progressing', forbidden: ['StatefulSet'] })
  })
})
