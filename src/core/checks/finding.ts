import type { Cause } from '../health/types.js'
import type { CheckResult, CheckState, Remedy } from './types.js'

/** What a check concludes from its facts. */
export interface Finding {
  state: CheckState
  evidence: string
  remedy?: Remedy
  /** A more exact code than the check's own, e.g. `quota` from the dry run of pods. */
  code?: string
}

export const pass = (evidence: string): Finding => ({ state: 'pass', evidence })
export const skip = (evidence: string): Finding => ({ state: 'skip', evidence })
export const unknown = (evidence: string, remedy?: Remedy): Finding => ({ state: 'unknown', evidence, remedy })
export const warn = (evidence: string, remedy: Remedy): Finding => ({ state: 'warn', evidence, remedy })
export const fail = (evidence: string, remedy: Remedy, code?: string): Finding => ({ state: 'fail', evidence, remedy, code })

/** A failing check as a root cause: the JSON result has one list for everything that stops a deploy. */
export function causeOf(check: CheckResult, now: number): Cause {
  return {
    code: check.id,
    object: '',
    headline: `${check.title}: ${check.evidence.split('\n')[0]}`,
    evidence: check.evidence.split('\n'),
    remedy: [check.remedy?.text, check.remedy?.command].filter(Boolean).join('\n'),
    permanent: true,
    since: now,
  }
}

/** Counts for the one-line summary: `14 ok, 1 warning`. */
export function summarize(results: readonly CheckResult[]): string {
  const count = (...states: CheckState[]) => results.filter((r) => states.includes(r.state)).length
  const failed = count('fail')
  const warned = count('warn', 'unknown')
  return [`${count('pass')} ok`, warned > 0 && `${warned} warning${warned === 1 ? '' : 's'}`, failed > 0 && `${failed} failed`]
    .filter(Boolean)
    .join(', ')
}
