import { causeOf } from '../core/checks/finding.js'
import type { CheckResult } from '../core/checks/types.js'
import type { FlowEvent, Stage } from '../core/events.js'
import type { Cause } from '../core/health/types.js'
import { expectedWorkloads, parseManifest } from '../core/kube/manifest.js'
import type { Plan } from '../core/plan/types.js'
import type { DeployOutcome } from '../core/outcome.js'
import type { Files } from '../ports/files.js'
import type { HelmExit } from '../ports/helm.js'
import type { Cluster } from '../ports/cluster.js'
import { checkPodsAgain, preflight, type PreflightPorts } from './preflight.js'
import { ensureNamespace, ensureSecrets, type SecretPorts, type TypedSecrets } from './secrets.js'
import { smoke } from './smoke.js'
import { renderManifest } from './render-manifest.js'
import { streaming } from './streaming.js'
import { watchRelease } from './watch.js'

export interface DeployPorts extends PreflightPorts {
  cluster: Cluster
  files: Files
  generate: SecretPorts['generate']
}

export interface DeployOptions {
  typed: TypedSecrets
  /** Milliseconds without progress after which the rollout counts as stalled. */
  stallAfterMs: number
  /** See `HealthSpec`: above 1 in a rehearsal. */
  pace?: number
  /** Warnings of the prerequisites stop the deploy. */
  strict: boolean
  skipSmoke?: boolean
}

/**
 * The main job: prerequisites, Secrets, Helm, the watch until healthy or until the root cause is known, smoke test.
 * Yields everything that happens; nothing is undone here, so that the evidence stays.
 */
export async function* deploy(
  ports: DeployPorts,
  plan: Plan,
  options: DeployOptions,
  signal: AbortSignal,
): AsyncGenerator<FlowEvent, DeployOutcome> {
  const { clock, helm, cluster } = ports
  const { target } = plan
  const startedAt = clock.now()
  const outcome: DeployOutcome = { ended: 'interrupted', causes: [], checks: [], smoke: [], detail: '', durations: {} }
  const finish = (ended: DeployOutcome['ended'], detail = '', causes = outcome.causes): DeployOutcome => {
    outcome.durations.total = clock.now() - startedAt
    return { ...outcome, ended: signal.aborted ? 'interrupted' : ended, detail, causes }
  }
  const stage = (name: Stage, state: 'started' | 'ended', detail?: string): FlowEvent => ({
    type: 'stage',
    at: clock.now(),
    stage: name,
    state,
    ...(detail ? { detail } : {}),
  })
  const timed = (name: string, since: number) => (outcome.durations[name] = clock.now() - since)

  // Prerequisites
  yield stage('preflight', 'started')
  let since = clock.now()
  const manifest = await renderManifest(ports, plan)
  const input = { plan, manifest }
  for await (const result of preflight(ports, input)) {
    outcome.checks.push(result)
    yield { type: 'check', at: clock.now(), result }
  }
  timed('preflight', since)
  const stop = verdictOf(outcome.checks, options.strict)
  if (stop || signal.aborted) {
    yield stage('preflight', 'ended', stop?.ended)
    return finish(
      stop?.ended ?? 'interrupted',
      stop?.detail,
      stop?.causes.map((c) => causeOf(c, clock.now())),
    )
  }
  yield stage('preflight', 'ended')

  // Namespace, Secrets, values file
  yield stage('secrets', 'started')
  since = clock.now()
  if (await ensureNamespace(cluster, target.namespace)) {
    yield { type: 'note', at: clock.now(), text: `namespace ${target.namespace} made` }
    // A new namespace may get rules from its cluster at once: only now can its pods be tried.
    const again = await checkPodsAgain(ports, input)
    if (again) {
      outcome.checks = outcome.checks.map((c) => (c.id === 'pods-accepted' ? again : c))
      yield { type: 'check', at: clock.now(), result: again }
      if (again.state === 'fail')
        return finish('preflight-failed', `${again.title}: ${again.evidence.split('\n')[0]}`, [causeOf(again, clock.now())])
    }
  }
  for (const text of await ensureSecrets(ports, target, plan.secrets, options.typed))
    yield { type: 'note', at: clock.now(), text }
  await saveValues(ports.files, plan)
  timed('secrets', since)
  yield stage('secrets', 'ended')
  if (signal.aborted) return finish('interrupted')

  // Helm
  yield stage('helm', 'started')
  since = clock.now()
  const exit: HelmExit = yield* streaming<FlowEvent, HelmExit>((push) =>
    helm.apply(target, plan.valuesFile, (line) => push({ type: 'helm-line', at: clock.now(), line }), signal),
  )
  timed('helm', since)
  yield stage('helm', 'ended', exit.code === 0 ? undefined : 'failed')
  if (signal.aborted) return finish('interrupted')
  if (exit.code !== 0) return finish('helm-failed', exit.stderr, [helmCause(exit, clock.now())])

  // Rollout
  yield stage('rollout', 'started')
  since = clock.now()
  const objects = typeof manifest === 'string' ? parseManifest(manifest) : []
  const spec = {
    namespace: target.namespace,
    release: target.release,
    fullname: plan.fullname,
    startedAt,
    expected: expectedWorkloads(objects),
    stallAfterMs: options.stallAfterMs,
    hasSmoke: !options.skipSmoke,
    ...(options.pace ? { pace: options.pace } : {}),
  }
  yield { type: 'watching', at: clock.now(), spec }
  const health = yield* watchRelease({ cluster, clock }, spec, signal)
  outcome.health = health
  timed('rollout', since)
  yield stage('rollout', 'ended', health.phase)
  if (health.phase !== 'healthy') {
    // Out of patience: what was still inside its grace is the best explanation there is.
    const causes = health.causes.length > 0 ? health.causes : (health.suspects ?? [])
    return finish('unhealthy', causes[0]?.headline ?? `nothing moved for ${Math.round(options.stallAfterMs / 1000)} s`, causes)
  }

  // Proof
  if (options.skipSmoke) return finish('healthy')
  yield stage('smoke', 'started')
  since = clock.now()
  const proof = yield* smoke(ports, target, plan.fullname, signal)
  outcome.smoke = proof.steps
  timed('smoke', since)
  yield stage('smoke', 'ended', proof.ok ? undefined : 'failed')
  if (!proof.ok) return finish('smoke-failed', proof.detail, [smokeCause(plan, proof.detail, clock.now())])
  return finish('healthy')
}

/** Writes the values file. What an earlier run or a person wrote there is kept beside it. */
export async function saveValues(files: Files, plan: Plan): Promise<void> {
  const before = await files.read(plan.valuesFile)
  if (before === plan.valuesText) return
  if (before !== undefined) await files.write(`${plan.valuesFile}.previous`, before, 0o600)
  await files.write(plan.valuesFile, plan.valuesText, 0o600)
}

/** Whether the checks stop a deploy, and as what. */
export function verdictOf(
  checks: readonly CheckResult[],
  strict: boolean,
): { ended: 'preflight-failed' | 'locked' | 'warnings'; detail: string; causes: CheckResult[] } | undefined {
  const failed = checks.filter((c) => c.state === 'fail')
  if (failed.length > 0) {
    const ended = failed.every((c) => c.id === 'release-lock') ? 'locked' : 'preflight-failed'
    return { ended, detail: failed.map((c) => `${c.title}: ${c.evidence.split('\n')[0]}`).join('; '), causes: failed }
  }
  const warned = checks.filter((c) => c.state === 'warn' || c.state === 'unknown')
  if (strict && warned.length > 0)
    return { ended: 'warnings', detail: warned.map((c) => `${c.title}: ${c.evidence.split('\n')[0]}`).join('; '), causes: warned }
  return undefined
}

const helmCause = (exit: HelmExit, now: number): Cause => ({
  code: 'helm-failed',
  object: '',
  headline: `helm ended with ${exit.signal ?? `exit code ${exit.code}`}: ${exit.stderr.split('\n').at(-1) ?? ''}`.trim(),
  evidence: exit.stderr.split('\n').slice(-10),
  remedy: 'Correct what the message names, then run the same command again: what is there already is kept.',
  permanent: true,
  since: now,
})

const smokeCause = (plan: Plan, detail: string, now: number): Cause => ({
  code: 'smoke-failed',
  object: `Pod/${plan.fullname}-smoke-test`,
  headline: `the smoke test failed: ${detail}`,
  evidence: [detail],
  remedy: `kubectl logs ${plan.fullname}-smoke-test --namespace ${plan.target.namespace}`,
  permanent: true,
  since: now,
})
