import { describe, expect, test } from 'vitest'
import { viewHealth, type HealthState } from '../../../src/core/health/model.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import { changed, deployment, job, start, stateOf, statefulSet } from '../../fixtures/health/build.js'

const view = (state: HealthState, seconds: number) => viewHealth(state, start + seconds * 1000)

describe('workloads', () => {
  const current = (o: KubeObject) => view(stateOf([o]), 1).workloads.find((w) => w.id === `${o.kind}/${o.metadata.name}`)?.current
  test.each([
    ['all there', {}, true],
    ['an older generation', { observedGeneration: 0 }, false],
    ['not all updated', { updatedReplicas: 1 }, false],
    ['an old pod left', { replicas: 3 }, false],
    ['not available yet', { availableReplicas: 1 }, false],
    ['pods refused', { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: q' }] }, false],
    ['past its deadline', { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] }, false],
  ])('Deployment: %s', (_, status, expected) => {
    expect(current(deployment({ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, ...status }))).toBe(
      expected,
    )
  })
  test.each([
    ['ready', {}, true],
    ['not ready', { readyReplicas: 0 }, false],
    ['rolling to a new revision', { updateRevision: 'r2', updatedReplicas: 0 }, false],
    ['an older generation', { observedGeneration: 0 }, false],
  ])('StatefulSet: %s', (_, status, expected) => {
    expect(current(changed(statefulSet('mlflow-objects', 1), (s) => Object.assign(s.status, status)))).toBe(expected)
  })
  test('a Job is done when it is Complete, not when it has started', () => {
    expect([job(), job('Complete'), job('Failed')].map(current)).toEqual([false, true, false])
    expect(view(stateOf([job('Failed')]), 1).workloads.find((w) => w.kind === 'Job')?.failed).toBe(true)
  })
})
