import type { CheckResult } from './checks/types.js'
import type { ExitCode } from './exit-codes.js'
import type { Cause } from './health/types.js'
import type { SmokeStep } from './smoke/steps.js'

/** Where a command ended. `rehearsed` never means that an MLflow runs. */
export type ResultPhase =
  | 'healthy'
  | 'planned'
  | 'checked'
  | 'usage'
  | 'preflight-failed'
  | 'warnings'
  | 'helm-failed'
  | 'unhealthy'
  | 'progressing'
  | 'rolled-back'
  | 'locked'
  | 'smoke-failed'
  | 'interrupted'
  | 'bug'

/** How to reach and log in to what was installed. Holds names of Secrets, never their content. */
export interface Access {
  url: string
  /** Command that makes `url` reachable, when one is needed. */
  portForward?: string
  username?: string
  /** Command that prints the password. */
  showPassword?: string
}

/** The one JSON object that every command ends with under `--output json`, in every outcome. */
export interface Result {
  phase: ResultPhase
  rehearsal: boolean
  exitCode: ExitCode
  /** One sentence for a person. */
  message: string
  target?: { context: string; namespace: string; release: string }
  causes: Cause[]
  checks: CheckResult[]
  smoke: SmokeStep[]
  valuesFile: string | null
  access: Access | null
  /** Milliseconds by stage: preflight, helm, rollout, smoke, total. */
  durations: Record<string, number>
}
