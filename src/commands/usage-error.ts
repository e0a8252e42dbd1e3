import type { Cause } from '../core/health/types.js'

/** The command line, a file or a missing answer is wrong: exit 2, nothing was touched. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly causes: Cause[] = [],
  ) {
    super(message)
    this.name = 'UsageError'
  }
}

/** A cause of a usage error. */
export const usageCause = (code: string, headline: string, remedy: string, evidence: string[] = []): Cause => ({
  code,
  object: '',
  headline,
  evidence,
  remedy,
  permanent: true,
  since: Date.now(),
})
