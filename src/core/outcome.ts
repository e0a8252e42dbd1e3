import type { CheckResult } from './checks/types.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import type { Cause, HealthView } from './health/types.js'
import type { Plan, Target } from './plan/types.js'
import type { Access, Result, ResultPhase } from './result.js'
import type { SmokeStep } from './smoke/steps.js'
import { shellWord } from './text/shell.js'

/** How a deploy ended, before it becomes a result. */
export interface DeployOutcome {
  ended:
    | 'healthy'
    | 'preflight-failed'
    | 'locked'
    | 'warnings'
    | 'helm-failed'
    | 'unhealthy'
    | 'smoke-failed'
    | 'rolled-back'
    | 'interrupted'
  causes: Cause[]
  checks: CheckResult[]
  smoke: SmokeStep[]
  /** What went wrong in one sentence; '' when nothing did. */
  detail: string
  durations: Record<string, number>
  /** What the health watch saw last. */
  health?: HealthView
}

/** The exit code of each phase that a command can end in. */
export const exitCodeOf: Record<ResultPhase, ExitCode> = {
  healthy: exitCodes.healthy,
  planned: exitCodes.healthy,
  checked: exitCodes.healthy,
  usage: exitCodes.usage,
  'preflight-failed': exitCodes.preflightFailed,
  warnings: exitCodes.warnings,
  'helm-failed': exitCodes.helmFailed,
  unhealthy: exitCodes.unhealthy,
  progressing: exitCodes.unhealthy,
  'rolled-back': exitCodes.rolledBack,
  locked: exitCodes.releaseLocked,
  'smoke-failed': exitCodes.smokeFailed,
  interrupted: exitCodes.interrupted,
  bug: exitCodes.bug,
}

/** A result with everything empty, to be filled. */
export function emptyResult(phase: ResultPhase, message: string, rehearsal: boolean): Result {
  return {
    phase,
    rehearsal,
    exitCode: exitCodeOf[phase],
    message,
    causes: [],
    checks: [],
    smoke: [],
    valuesFile: null,
    access: null,
    durations: {},
  }
}

/** What the health watch's end means for a person and for a script. */
export function watchResult(view: HealthView, target: Target, rehearsal: boolean): Result {
  const phase = view.phase === 'healthy' ? 'healthy' : 'unhealthy'
  const message =
    phase === 'healthy' ? 'Every workload is current.' : (view.causes[0]?.headline ?? `The release is ${view.phase}.`)
  return { ...emptyResult(phase, message, rehearsal), target: { ...target }, causes: view.causes }
}

/** What a deploy's end means for a person and for a script. */
export function resultOf(outcome: DeployOutcome, plan: Plan, rehearsal: boolean): Result {
  const touched = !['preflight-failed', 'locked', 'warnings'].includes(outcome.ended)
  return {
    ...emptyResult(outcome.ended, messageOf(outcome, rehearsal), rehearsal),
    target: { ...plan.target },
    causes: outcome.causes,
    checks: outcome.checks,
    smoke: outcome.smoke,
    // Before the Secrets stage nothing is written.
    valuesFile: touched ? plan.valuesFile : null,
    access: touched && outcome.ended !== 'rolled-back' ? accessOf(plan) : null,
    durations: outcome.durations,
  }
}

function messageOf({ ended, detail }: DeployOutcome, rehearsal: boolean): string {
  switch (ended) {
    case 'healthy':
      return rehearsal ? 'Rehearsal passed: nothing was installed.' : 'MLflow is healthy.'
    case 'preflight-failed':
      return `Prerequisites failed, nothing was installed. ${detail}`
    case 'warnings':
      return `Nothing was installed: --strict, and there are warnings. ${detail}`
    case 'locked':
      return `Nothing was installed: the release is locked. ${detail}`
    case 'helm-failed':
      return `Helm failed. ${detail}`
    case 'unhealthy':
      return `MLflow is not healthy: ${detail}`
    case 'smoke-failed':
      return `MLflow runs, but the smoke test failed: ${detail}`
    case 'rolled-back':
      return `The release was put back: ${detail}`
    case 'interrupted':
      return 'Interrupted. What was made is kept; run the same command again to go on.'
  }
}

/** How to reach and log in to what a plan installs. */
export function accessOf(plan: Plan): Access {
  const { answers, fullname, target } = plan
  const kubectl = `kubectl --context ${shellWord(target.context)} --namespace ${target.namespace}`
  const host = answers['access.host']
  const open: Pick<Access, 'url' | 'portForward'> =
    answers['access.mode'] === 'ingress' && host
      ? { url: `${answers['tls.mode'] === undefined || answers['tls.mode'] === 'none' ? 'http' : 'https'}://${String(host)}` }
      : { url: 'http://localhost:5000', portForward: `${kubectl} port-forward svc/${fullname} 5000:5000` }
  if (answers['auth.enabled'] !== true) return open
  const secret = plan.secrets.find((s) => s.keys.some((k) => k.key === 'admin-password'))?.name ?? `${fullname}-secret`
  return {
    ...open,
    username: String(answers['auth.username'] ?? 'admin'),
    showPassword: `${kubectl} get secret ${secret} -o jsonpath='{.data.admin-password}' | base64 -d`,
  }
}
