import { describe, expect, test } from 'vitest'
import type { FlowEvent, Stage } from '../../../src/core/events.js'
import { viewHealth, type HealthState } from '../../../src/core/health/model.js'
import type { Milestone } from '../../../src/core/health/types.js'
import { deployment, fold, pod, slimSpec, start, stateOf, statefulSet, waiting } from '../../fixtures/health/build.js'

const view = (state: HealthState, seconds: number) => viewHealth(state, start + seconds * 1000)

const stage = (name: Stage, state: 'started' | 'ended', seconds = 0): FlowEvent => ({
  type: 'stage',
  at: start + seconds * 1000,
  stage: name,
  state,
})

const states = (line: Milestone[]) => Object.fromEntries(line.map((m) => [m.id, m.state]))

describe('milestones', () => {
  test('in their order, each by its own workload', () => {
    const line = view(stateOf([statefulSet('mlflow-postgresql', 1), statefulSet('mlflow-objects'), deployment()]), 1).milestones
    expect(line.map((m) => m.label)).toEqual(['secrets', 'helm', 'database', 'objects', 'schema', 'server', 'smoke test'])
    expect(states(line)).toEqual({
      secrets: 'ok',
      helm: 'ok',
      database: 'ok',
      objects: 'running',
      schema: 'waiting',
      server: 'running',
      smoke: 'waiting',
    })
  })
  test('an external database and store have none; no smoke test, no milestone', () => {
    const line = view(stateOf([], [], { ...slimSpec, hasSmoke: false }), 1).milestones
    expect(line.map((m) => m.id)).toEqual(['secrets', 'helm', 'schema', 'server'])
  })
  test('by stage events', () => {
    const state = fold([stage('secrets', 'started')])
    expect(states(view(state, 1).milestones)).toMatchObject({ secrets: 'running', helm: 'waiting', database: 'waiting' })
    const later = fold([stage('secrets', 'ended'), stage('helm', 'started')], state)
    expect(states(view(later, 1).milestones)).toMatchObject({ secrets: 'ok', helm: 'running' })
  })
  test('a permanent cause fails its own milestone only', () => {
    const broken = pod({ component: 'postgresql', state: waiting('ImagePullBackOff', 'not found') })
    const line = view(stateOf([statefulSet('mlflow-postgresql'), deployment(), broken]), 30).milestones
    expect(states(line)).toMatchObject({ database: 'failed', server: 'running' })
  })
})
