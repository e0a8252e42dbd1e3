import type { CheckResult } from '../checks/types.js'
import type { ChecksState, Session, Transition } from './types.js'

/** What the checks' results depend on most: they are run again when it changes. */
export function checksSubject({ resolved: { answers } }: Pick<Session, 'resolved'>): string {
  return JSON.stringify([answers.context, answers.namespace, answers.release, answers.preset])
}

/** Results that keep one from going on. */
export const blockersOf = (checks: ChecksState): CheckResult[] => checks.results.filter((r) => r.state === 'fail')

/** Runs all checks. */
export function startChecks(session: Session): Transition {
  const run = session.checks.run + 1
  return {
    session: { ...session, checks: { run, state: 'running', results: [], retrying: [], subject: checksSubject(session) } },
    effects: [{ type: 'run-checks', run, resolved: session.resolved }],
  }
}

/** Runs one check again, the others stay; without a name, all. */
export function retry(session: Session, check?: string): Transition {
  if (check === undefined || session.checks.state === 'idle') return startChecks(session)
  if (session.checks.state === 'running') return { session, effects: [] }
  const run = session.checks.run + 1
  return {
    session: { ...session, checks: { ...session.checks, run, state: 'running', retrying: [check] } },
    effects: [{ type: 'run-checks', run, resolved: session.resolved, only: check }],
  }
}

/** One result. The one it repeats is replaced in its place; a retry may come back under an exacter code. */
export function checked(session: Session, run: number, result: CheckResult): Session {
  const { checks } = session
  if (run !== checks.run) return session
  const [retried] = checks.retrying
  const at = checks.results.findIndex((r) => r.id === result.id || r.id === retried)
  const results = at < 0 ? [...checks.results, result] : checks.results.map((r, i) => (i === at ? result : r))
  const focus = session.at === 'prerequisites' && session.focus === retried ? result.id : session.focus
  return { ...session, focus, checks: { ...checks, results, retrying: [] } }
}

export function checksEnded(session: Session, run: number): Session {
  return run === session.checks.run ? { ...session, checks: { ...session.checks, state: 'ended', retrying: [] } } : session
}

/** They could not be run at all. */
export function checksFailed(session: Session, run: number | undefined, message: string): Session {
  if (run !== undefined && run !== session.checks.run) return session
  return { ...session, waiting: false, checks: { ...session.checks, state: 'ended', retrying: [], message } }
}

const severity: Record<CheckResult['state'], number> = { fail: 0, warn: 1, unknown: 2, pass: 3, skip: 4 }

/** What needs a look first; otherwise in the order of their arrival. */
export function sortedChecks(results: readonly CheckResult[]): CheckResult[] {
  return [...results].sort((a, b) => severity[a.state] - severity[b.state])
}
