/** Exit codes of the command line: a contract with scripts and CI, so a number never changes its meaning. */
export const exitCodes = {
  healthy: 0,
  bug: 1,
  /** Wrong usage, a bad values file, or a missing answer without a terminal. */
  usage: 2,
  preflightFailed: 3,
  /** Warnings, with `--strict`. */
  warnings: 4,
  helmFailed: 5,
  unhealthy: 6,
  rolledBack: 7,
  releaseLocked: 8,
  /** The smoke test or a verification failed. */
  smokeFailed: 9,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
