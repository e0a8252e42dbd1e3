import { describe, expect, it } from 'vitest'
import {
  atTime,
  elapsedOf,
  healthOf,
  initialDeploy,
  reduceDeploy,
  runningStage,
  type DeploySpec,
} from '../../../src/core/deploy/model.js'
import type { FlowEvent } from '../../../src/core/events.js'
import { emptyResult } from '../../../src/core/outcome.js'
import { summaryOf } from '../../../src/core/wizard/summary.js'
import { check, expectedWorkloads, firstEvents, happyEvents, imageEvents, rollingEvents } from '../wizard/events.js'

const spec: DeploySpec = {
  context: 'kind-test',
  namespace: 'mlflow',
  release: 'mlflow',
  fullname: 'mlflow',
  rehearsal: false,
  startedAt: 0,
  expected: expectedWorkloads,
  hasSmoke: true,
  revision: 2,
}
const start = 1_000_000
const fold = (events: FlowEvent[], over: Partial<DeploySpec> = {}) =>
  events.reduce(reduceDeploy, initialDeploy({ ...spec, ...over }))

describe('reduceDeploy', () => {
  it('begins with the first event', () => {
    expect(elapsedOf(fold(rollingEvents(start)))).toBe(41_000)
  })

  it('knows which stage is at work', () => {
    expect(runningStage(fold([]))).toBeUndefined()
    expect(runningStage(fold(firstEvents(start).slice(0, 3)))?.stage).toBe('preflight')
    expect(runningStage(fold(rollingEvents(start)))?.stage).toBe('rollout')
    expect(runningStage(fold(happyEvents(start)))).toBeUndefined()
  })

  it('takes a stage that ends with a word for failed, a healthy rollout aside', () => {
    const ended = (stage: 'helm' | 'rollout', detail?: string) =>
      fold([
        { type: 'stage', at: start, stage, state: 'started' },
        { type: 'stage', at: start + 1, stage, state: 'ended', ...(detail ? { detail } : {}) },
      ]).stages.find((row) => row.stage === stage)?.state
    expect(ended('helm')).toBe('ok')
    expect(ended('helm', 'failed')).toBe('failed')
    expect(ended('rollout', 'healthy')).toBe('ok')
    expect(ended('rollout', 'stalled')).toBe('failed')
  })

  it('replaces a check that is tried again, in its place', () => {
    const model = fold(
      ['fail', 'pass'].flatMap((state): FlowEvent[] => [
        { type: 'check', at: start, result: check('storage', state as 'fail' | 'pass', state) },
        { type: 'check', at: start, result: check('helm', 'pass', 'helm') },
      ]),
    )
    expect(model.checks.map((c) => [c.id, c.state])).toEqual([
      ['storage', 'pass'],
      ['helm', 'pass'],
    ])
  })

  it('keeps the tail of what Helm says', () => {
    const model = fold(
      Array.from({ length: 200 }, (_, i): FlowEvent => ({ type: 'helm-line', at: start + i, line: `line ${i}` })),
    )
    expect(model.helmTail).toHaveLength(50)
    expect(model.helmTail.at(-1)).toBe('line 199')
  })

  it('has Kubernetes events as lines', () => {
    const object = {
      kind: 'Event',
      metadata: { name: 'e1' },
      type: 'Warning',
      reason: 'FailedMount',
      message: 'secret "x"\n not found',
      involvedObject: { kind: 'Pod', name: 'mlflow-0' },
    }
    expect(fold([{ type: 'object', at: start, kind: 'Event', change: 'seen', object }]).events).toEqual([
      { at: start, warning: true, reason: 'FailedMount', object: 'Pod/mlflow-0', message: 'secret "x" not found' },
    ])
  })

  it('shows the same health as the events tell', () => {
    expect(healthOf(fold(rollingEvents(start))).phase).toBe('progressing')
    expect(healthOf(fold(happyEvents(start))).phase).toBe('healthy')
    const failing = healthOf(fold(imageEvents(start)))
    expect(failing.phase).toBe('failed')
    expect(failing.causes[0]?.code).toBe('image-not-found')
  })

  it('marks the smoke test failed when its pod never came', () => {
    const model = fold([
      ...happyEvents(start)
        .filter((e) => e.type !== 'smoke')
        .slice(0, -1),
      { type: 'stage', at: start + 60_000, stage: 'smoke', state: 'ended', detail: 'failed' },
    ])
    expect(healthOf(model).milestones.find((m) => m.id === 'smoke')?.state).toBe('failed')
  })

  it('folds a replayed stream to the same model', () => {
    const replayed = JSON.parse(JSON.stringify(happyEvents(start))) as FlowEvent[]
    expect(healthOf(fold(replayed))).toEqual(healthOf(fold(happyEvents(start))))
  })
})

describe('atTime', () => {
  it('moves the clock on, never back, and stops it at the result', () => {
    const model = fold(rollingEvents(start))
    expect(elapsedOf(atTime(model, start + 50_000))).toBe(50_000)
    expect(atTime(model, start)).toBe(model)
    const done = reduceDeploy(model, { type: 'result', at: start + 45_000, result: emptyResult('unhealthy', 'x', false) })
    expect(elapsedOf(atTime(done, start + 99_000))).toBe(45_000)
    expect(initialDeploy(spec)).toEqual(atTime(initialDeploy(spec), start))
  })
})

describe('summaryOf', () => {
  const healthy: FlowEvent = {
    type: 'result',
    at: start + 112_000,
    result: {
      ...emptyResult('healthy', 'MLflow is healthy.', false),
      valuesFile: './mlflow-values.yaml',
      target: { context: 'kind-ml', namespace: 'mlflow', release: 'mlflow' },
      access: {
        url: 'http://localhost:5000',
        portForward: 'kubectl port-forward svc/mlflow 5000:5000',
        username: 'admin',
        showPassword: 'kubectl get secret x',
      },
    },
  }

  it('proves a success, and says how to use it', () => {
    const text = summaryOf(fold([...happyEvents(start), healthy]), 0).join('\n')
    expect(text).toContain('MLflow is healthy.  1m 52s, 7 of 7 smoke steps')
    expect(text).toContain('kubectl port-forward svc/mlflow 5000:5000')
    expect(text).toContain('MLFLOW_TRACKING_URI=http://localhost:5000')
    for (const command of ['status', 'test', 'watch'])
      expect(text).toContain(`mlflow-setup ${command} --context kind-ml -n mlflow`)
    expect(text).toContain('./mlflow-values.yaml')
  })

  it('never says of a rehearsal that MLflow is healthy', () => {
    const text = summaryOf(fold([...happyEvents(start), healthy], { rehearsal: true }), 0).join('\n')
    expect(text).toContain('Rehearsal passed.')
    expect(text).toContain('nothing is installed')
    expect(text).not.toContain('MLflow is healthy')
    expect(text).not.toContain('port-forward')
    expect(text).toContain('mlflow-setup install --values ./mlflow-values.yaml --yes')
  })

  it('names the cause of a failure, and what to do', () => {
    const { causes } = healthOf(fold(imageEvents(start)))
    const result: FlowEvent = {
      type: 'result',
      at: start + 80_000,
      result: { ...emptyResult('unhealthy', 'MLflow is not healthy.', false), causes },
    }
    const text = summaryOf(fold([...imageEvents(start), result]), 6).join('\n')
    expect(text).toContain('WHY  mlflow (2 pods): image')
    expect(text).toContain('DO ')
  })

  it('keeps the remedy below a long log, and the first and last of its lines', () => {
    const evidence = ['exit code 1, 3 restarts', ...Array.from({ length: 40 }, (_, i) => `log line ${i}`)]
    const cause = {
      code: 'crash-loop',
      object: 'Pod/mlflow',
      headline: 'mlflow: it ends',
      evidence,
      remedy: 'mlflow-setup upgrade',
      permanent: true,
      since: start,
    }
    const result: FlowEvent = {
      type: 'result',
      at: start + 80_000,
      result: { ...emptyResult('unhealthy', 'MLflow is not healthy: mlflow: it ends', false), causes: [cause] },
    }
    const lines = summaryOf(fold([result]), 6).map((line) => line.trim())
    expect(lines).toContain('MLflow is not healthy.')
    expect(lines).toContain('DO   mlflow-setup upgrade')
    expect(lines).toContain('exit code 1, 3 restarts')
    expect(lines).toContain('log line 39')
    expect(lines).not.toContain('log line 0')
  })

  it.each([
    [firstEvents(start).slice(0, 2), 'nothing was changed'],
    [firstEvents(start).slice(0, 10), 'while Helm was at work'],
    [rollingEvents(start), 'while pods were starting'],
  ])('says what state an interrupt leaves (%#)', (events, words) => {
    expect(summaryOf(fold(events), 130).join('\n')).toContain(words)
  })

  it('has at most 15 lines', () => {
    for (const over of [{}, { rehearsal: true }]) {
      for (const code of [0, 6, 130] as const)
        expect(summaryOf(fold([...imageEvents(start), healthy], over), code).length).toBeLessThanOrEqual(15)
    }
  })
})
