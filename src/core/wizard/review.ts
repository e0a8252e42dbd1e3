import { editLine, type LineEdit } from '../text/edit-line.js'
import { sortedChecks } from './checks.js'
import { sectionLine, sourceLine } from './receipts.js'
import { applies, stepOrder, titleOf } from './steps.js'
import type { PlanPreview, Session, StepId, Transition } from './types.js'

/** One section on the review: its answers, and where they come from. */
export interface ReviewLine {
  step: StepId
  label: string
  text: string
  from: string
}

/** The sections, in order; the release's place is one line with the cluster's. */
export function reviewLines(session: Session): ReviewLine[] {
  return stepOrder
    .filter((step) => step !== 'review' && step !== 'prerequisites' && applies(step, session.resolved.answers))
    .map((step) => ({ step, label: titleOf(step), text: sectionLine(step, session), from: sourceLine(step, session.resolved) }))
}

/** Whether the context's name must be typed: the prod preset on a cluster that is real. */
export const needsConsent = (session: Session): boolean => session.resolved.answers.preset === 'prod' && !session.rehearsal

/** Coming to the review makes the plan. */
export function openReview(session: Session): Transition {
  const run = (session.planning.state === 'none' ? 0 : session.planning.run) + 1
  const focus = reviewLines(session).some((line) => line.step === session.focus)
    ? session.focus
    : (reviewLines(session)[0]?.step ?? '')
  return {
    session: { ...session, focus, planning: { state: 'making', run } },
    effects: [{ type: 'make-plan', run, resolved: session.resolved }],
  }
}

export function planned(session: Session, run: number, preview: PlanPreview): Session {
  return session.planning.state === 'making' && session.planning.run === run
    ? { ...session, planning: { state: 'ready', run, preview } }
    : session
}

export function planFailed(session: Session, run: number | undefined, message: string): Session {
  if (session.planning.state !== 'making' || (run !== undefined && run !== session.planning.run)) return session
  return { ...session, waiting: false, planning: { state: 'failed', run: session.planning.run, message } }
}

/** Up and down in a list of lines: the review's sections, the prerequisites. */
export function moveLine(session: Session, by: number): Session {
  if (session.at === 'review' && session.diff !== undefined)
    return { ...session, diff: Math.max(0, Math.min(diffLength(session), session.diff + by)) }
  const keys =
    session.at === 'review'
      ? reviewLines(session).map((line) => line.step as string)
      : sortedChecks(session.checks.results).map((r) => r.id)
  const at = Math.max(0, keys.indexOf(session.focus))
  const key = keys[Math.max(0, Math.min(keys.length - 1, at + by))]
  return key === undefined ? session : { ...session, focus: key }
}

/** The text of the consent. */
export function editConsent(session: Session, edit: LineEdit): Session {
  return session.consent ? { ...session, consent: editLine(session.consent, edit) } : session
}

/** Shows the whole difference of the values, or the answers again. */
export function toggleDiff(session: Session): Session {
  const { diff, ...rest } = session
  return diff === undefined ? { ...rest, diff: 0 } : rest
}

/** Lines of the difference that there is anything to see of. */
function diffLength({ planning }: Session): number {
  if (planning.state !== 'ready') return 0
  const { changes, warnings, valuesText } = planning.preview.plan
  return changes.length + 3 * warnings.length + valuesText.split('\n').length
}
