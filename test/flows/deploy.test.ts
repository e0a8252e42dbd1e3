import { beforeEach, describe, expect, test } from 'vitest'
import type { FlowEvent } from '../../src/core/events.js'
import type { DeployOutcome } from '../../src/core/outcome.js'
import { resultOf } from '../../src/core/outcome.js'
import { smokeSteps } from '../../src/core/smoke/steps.js'
import { deploy, type DeployOptions } from '../../src/flows/deploy.js'
import { undo } from '../../src/flows/undo.js'
import { ApiError } from '../../src/ports/cluster.js'
import { JumpingClock } from '../fakes/clock.js'
import { FakeFiles } from '../fakes/files.js'
import { FakeHelm } from '../fakes/helm.js'
import { image, LiveCluster, manifest, noImage, plan, running } from '../fakes/release.js'

const smokeLine = (step: string, ok = true) => JSON.stringify({ smoke: { step, ok, detail: ok ? '' : 'HTTP 500', ms: 1 } })

let clock: JumpingClock, cluster: LiveCluster, helm: FakeHelm, files: FakeFiles
beforeEach(() => {
  clock = new JumpingClock(Date.parse('2027-01-15T08:00:05Z'))
  cluster = new LiveCluster(clock)
  cluster.live = running
  cluster.smokeLines = smokeSteps.map((s) => smokeLine(s.id))
  helm = new FakeHelm()
  helm.manifestText = manifest
  files = new FakeFiles()
})

async function run(
  options: Partial<DeployOptions> = {},
  signal = new AbortController().signal,
): Promise<{ outcome: DeployOutcome; events: FlowEvent[] }> {
  const ports = { cluster, helm, files, clock, kubectlVersion: async () => 'v1.35.2', generate: () => 'generated' }
  const flow = deploy(ports, plan, { typed: {}, stallAfterMs: 300_000, strict: false, ...options }, signal)
  const events: FlowEvent[] = []
  for (;;) {
    const { done, value } = await flow.next()
    if (done) return { outcome: value, events }
    events.push(value)
  }
}
const writes = () =>
  cluster.requests
    .filter((r) => r.verb !== 'GET' && !r.path.includes('selfsubjectaccessreviews') && r.query?.dryRun === undefined)
    .map((r) => `${r.verb} ${r.path}`)

describe('deploy', () => {
  test('goes through every stage to healthy, in order', async () => {
    const { outcome, events } = await run()
    expect(outcome).toMatchObject({ ended: 'healthy', detail: '', causes: [] })
    expect(outcome.smoke).toHaveLength(smokeSteps.length)
    const stages = events.flatMap((e) => (e.type === 'stage' && e.state === 'started' ? [e.stage] : []))
    expect(stages).toEqual(['preflight', 'secrets', 'helm', 'rollout', 'smoke'])
    expect(helm.calls).toEqual(['apply', 'test'])
    expect(writes()).toEqual(['POST /api/v1/namespaces', 'POST /api/v1/namespaces/ml/secrets'])
    expect(files.contents.get(plan.valuesFile)).toEqual({ text: plan.valuesText, mode: 0o600 })
    expect([...files.contents.keys()]).toEqual([plan.valuesFile])
    expect(resultOf(outcome, plan, false)).toMatchObject({
      phase: 'healthy',
      exitCode: 0,
      message: 'MLflow is healthy.',
      access: { username: 'admin' },
    })
    expect(resultOf(outcome, plan, true).message).toBe('Rehearsal passed: nothing was installed.')
  })

  test('Secrets and the namespace are there before Helm runs', async () => {
    let seen: string[] = []
    helm.onApply = () => (seen = writes())
    await run()
    expect(seen).toContain('POST /api/v1/namespaces/ml/secrets')
  })

  test('a failing prerequisite changes nothing', async () => {
    cluster.replies.set('GET /version', () => ({ gitVersion: 'v1.20.0' }))
    const { outcome } = await run()
    expect(outcome.ended).toBe('preflight-failed')
    expect(outcome.causes.map((c) => c.code)).toEqual(['cluster'])
    expect(writes()).toEqual([])
    expect(helm.calls).toEqual([])
    expect(files.contents.size).toBe(0)
    expect(resultOf(outcome, plan, false)).toMatchObject({ exitCode: 3, valuesFile: null, access: null })
  })

  test('a pod that the namespace refuses is a cause with its own code', async () => {
    cluster.objects.set('/api/v1/namespaces/ml', { metadata: { name: 'ml' } })
    cluster.replies.set('POST /api/v1/namespaces/ml/pods', () => {
      throw new ApiError('pods "x" is forbidden: exceeded quota: small, requested: pods=1', 403, 'Forbidden')
    })
    const { outcome } = await run()
    expect(outcome.causes[0]).toMatchObject({ code: 'quota', headline: expect.stringContaining('exceeded quota: small') })
    expect(helm.calls).toEqual([])
  })

  test('a namespace that is new is tried after it was made', async () => {
    cluster.replies.set('POST /api/v1/namespaces/ml/pods', () => {
      throw new ApiError('pods "x" is forbidden: violates PodSecurity "restricted:latest": x', 403, 'Forbidden')
    })
    const { outcome } = await run()
    expect(outcome).toMatchObject({ ended: 'preflight-failed', causes: [{ code: 'pod-security' }] })
    expect(writes()).toEqual(['POST /api/v1/namespaces'])
    expect(helm.calls).toEqual([])
  })

  test('an old lock is exit 8; a young one is waited for', async () => {
    const pending = {
      name: 'mlflow',
      namespace: 'ml',
      revision: 1,
      status: 'pending-install',
      chart: '',
      appVersion: '',
      updated: clock.now() - 3_600_000,
    }
    helm.releases = [pending]
    const locked = await run()
    expect(resultOf(locked.outcome, plan, false)).toMatchObject({
      phase: 'locked',
      exitCode: 8,
      causes: [{ code: 'release-lock' }],
    })

    helm.releases = [{ ...pending, updated: clock.now() }]
    const startedAt = clock.now()
    helm.history = async () => [
      { ...pending, updated: startedAt, status: clock.now() - startedAt > 5000 ? 'deployed' : 'pending-install' },
    ]
    expect((await run()).outcome.ended).toBe('healthy')
  })

  test('warnings stop it only with --strict', async () => {
    cluster.objects.set('/api/v1/namespaces/ml', { metadata: { name: 'ml' } })
    cluster.replies.set('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', () => ({}))
    expect((await run()).outcome.ended).toBe('healthy')
    const strict = await run({ strict: true })
    expect(resultOf(strict.outcome, plan, false)).toMatchObject({ phase: 'warnings', exitCode: 4 })
  })

  test("Helm's failure is told in Helm's words", async () => {
    helm.applyExit = { code: 1, stderr: 'Error: UPGRADE FAILED: conflict' }
    const { outcome } = await run()
    expect(resultOf(outcome, plan, false)).toMatchObject({
      phase: 'helm-failed',
      exitCode: 5,
      causes: [{ code: 'helm-failed', headline: expect.stringContaining('UPGRADE FAILED: conflict') }],
    })
  })

  test('a permanent cause ends the watch with its name', async () => {
    cluster.live = noImage
    const { outcome } = await run()
    expect(outcome).toMatchObject({
      ended: 'unhealthy',
      causes: [{ code: 'image-not-found', headline: expect.stringContaining(image) }],
    })
    expect(helm.calls).toEqual(['apply'])
  })

  test('a failing smoke step is exit 9 and names the step', async () => {
    cluster.smokeLines = [smokeLine('reach'), smokeLine('auth', false)]
    helm.testExit = { code: 1, stderr: 'Error: pod mlflow-smoke-test failed' }
    const { outcome } = await run()
    expect(resultOf(outcome, plan, false)).toMatchObject({
      phase: 'smoke-failed',
      exitCode: 9,
      message: expect.stringContaining('auth: HTTP 500'),
    })
  })

  test('no step is no proof', async () => {
    cluster.smokeLines = []
    expect((await run()).outcome.ended).toBe('smoke-failed')
  })

  test('the values file that was there is kept beside the new one', async () => {
    await files.write(plan.valuesFile, 'mine: true\n')
    await run()
    expect(files.contents.get(`${plan.valuesFile}.previous`)?.text).toBe('mine: true\n')
  })

  test('an abort during Helm ends as interrupted', async () => {
    const controller = new AbortController()
    helm.onApply = () => controller.abort()
    const { outcome } = await run({}, controller.signal)
    expect(resultOf(outcome, plan, false)).toMatchObject({ phase: 'interrupted', exitCode: 130 })
  })
})

describe('undo', () => {
  const failed: DeployOutcome = {
    ended: 'unhealthy',
    causes: [],
    checks: [],
    smoke: [],
    detail: 'image x does not exist',
    durations: {},
  }
  const revision = (n: number, status: string) => ({
    name: 'mlflow',
    namespace: 'ml',
    revision: n,
    status,
    chart: '',
    appVersion: '',
    updated: 0,
  })
  test('keep keeps, and success is never undone', async () => {
    expect(await undo(helm, plan.target, 'keep', failed)).toBe(failed)
    const healthy = { ...failed, ended: 'healthy' as const }
    expect(await undo(helm, plan.target, 'uninstall', healthy)).toBe(healthy)
    expect(helm.calls).toEqual([])
  })
  test('rollback goes to the last good revision, and tells why', async () => {
    helm.releases = [revision(3, 'deployed'), revision(2, 'superseded'), revision(1, 'superseded')]
    const outcome = await undo(helm, plan.target, 'rollback', failed)
    expect(helm.calls).toEqual(['rollback 2'])
    expect(resultOf(outcome, plan, false)).toMatchObject({
      phase: 'rolled-back',
      exitCode: 7,
      message: expect.stringContaining('image x does not exist'),
    })
  })
  test('a first install has nothing to go back to', async () => {
    helm.releases = [revision(1, 'failed')]
    await undo(helm, plan.target, 'rollback', failed)
    expect(helm.calls).toEqual(['uninstall'])
  })
})
