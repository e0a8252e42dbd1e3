import { blockersOf, checksSubject, startChecks } from './checks.js'
import { firstUnfinished, focusOn, takeOption } from './form.js'
import { rememberable } from './layers.js'
import { withReceipt } from './receipts.js'
import { openReview } from './review.js'
import { focusedRow, firstFocus, optionKey, rehearse, rowsOf } from './rows.js'
import { applies, isGiven, isSection, nextStep, passedOver, previousStep } from './steps.js'
import type { Effect, Session, StepId, Transition } from './types.js'

/** Enter at a question: takes what is focused, then goes on if the step may be left; else to the row that keeps it. */
export function enter(session: Session): Transition {
  if (session.at === 'prerequisites') return goOn(session)
  if (session.at === 'cluster') {
    if (session.contexts.state === 'loading') return stay({ ...session, waiting: true })
    const row = focusedRow(session)
    if (row?.kind === 'option' && row.value === rehearse)
      return { session: { ...session, waiting: true }, effects: [{ type: 'start-rehearsal' }] }
  }
  const taken = takeOption(session)
  const unfinished = firstUnfinished(taken)
  if (unfinished) return stay({ ...focusOn(taken, unfinished.key), pressed: true })
  return goOn(taken)
}

/** Leaves the step, once the world has answered what the step must know. */
export function goOn(session: Session): Transition {
  switch (session.at) {
    case 'cluster':
      return leaveCluster(session)
    case 'prerequisites':
      return leavePrerequisites(session)
    case 'target':
      return leaveTarget(session)
    default:
      return advance(session)
  }
}

/** To any step: from the review, or by name. */
export function goTo(session: Session, step: StepId, setting?: string): Transition {
  if (!applies(step, session.resolved.answers)) return stay(session)
  const there = enterStep(session, step)
  if (setting === undefined) return there
  const row = rowsOf(there.session).find((r) => r.setting.id === setting && (r.kind !== 'option' || r.chosen))
  return row ? { ...there, session: focusOn(there.session, row.key) } : there
}

/** Esc: one step back, the answers stay; from a step that the review sent to, back to the review. */
export function goBack(session: Session): Transition {
  if (session.consent) {
    const { consent: _refused, ...rest } = session
    return stay(rest)
  }
  if (session.at === 'deploy') return stay(session)
  if (session.toReview && session.at !== 'review') return enterStep({ ...session, toReview: false }, 'review')
  const before = previousStep(session.at, session.resolved.answers)
  return before === undefined
    ? stay({ ...session, notice: 'This is the first question. Ctrl-C leaves.' })
    : enterStep({ ...session, toReview: false }, before)
}

/** The state at a step, and what the step asks of the world when one comes to it. */
export function enterStep(session: Session, step: StepId): Transition {
  const at: Session = { ...focusOn({ ...session, at: step }), at: step, pressed: false, waiting: false }
  const effects: Effect[] = []
  switch (step) {
    case 'cluster': {
      if (isGiven('cluster', at) && session.at === 'cluster' && session.receipts.length === 0) return arriveGiven(at)
      return askContext(at)
    }
    case 'prerequisites':
      return at.checks.state === 'idle' || at.checks.subject !== checksSubject(at) ? startChecks(at) : stay(at)
    case 'review':
      return openReview(at)
    default:
      return { session: at, effects }
  }
}

/** Asks the chosen context who it is, unless that is known. */
function askContext(session: Session): Transition {
  const context = session.resolved.answers.context
  const focused = focusOn(session, context === undefined ? firstFocus(session) : optionKey('context', context))
  if (typeof context !== 'string' || session.inspected[context] !== undefined) return stay(focused)
  return { session: asking(focused, context), effects: [{ type: 'inspect-context', context }] }
}

/** The context was named by flag or environment: it is asked, but not asked about. */
function arriveGiven(session: Session): Transition {
  const asked = askContext(session)
  const on = advance(asked.session)
  return { session: on.session, effects: [...asked.effects, ...on.effects] }
}

function leaveCluster(session: Session): Transition {
  const context = session.resolved.answers.context
  if (typeof context !== 'string') return stay({ ...session, notice: 'Choose a cluster.' })
  const facts = session.inspected[context]
  if (facts === 'asking') return stay({ ...session, waiting: true })
  if (facts?.reachable) return advance(session)
  return { session: { ...asking(session, context), waiting: true }, effects: [{ type: 'inspect-context', context }] }
}

/** The answer that `leaveCluster` waited for. */
export function clusterAnswered(session: Session): Transition {
  const context = String(session.resolved.answers.context)
  const facts = session.inspected[context]
  if (facts !== undefined && facts !== 'asking' && facts.reachable) return advance({ ...session, waiting: false })
  const detail = facts === undefined || facts === 'asking' ? 'no answer' : facts.detail
  return stay({ ...session, waiting: false, notice: `${context}: ${detail}. Enter tries again.` })
}

const asking = (session: Session, context: string): Session => ({
  ...session,
  inspected: { ...session.inspected, [context]: 'asking' },
})

function leavePrerequisites(session: Session): Transition {
  const { checks } = session
  if (checks.state === 'running') return stay({ ...session, waiting: true })
  if (checks.message !== undefined) return stay({ ...session, notice: 'The prerequisites could not be checked: a tries again.' })
  const failed = blockersOf(checks)
  if (failed.length === 0) return advance(session)
  const words = failed.length === 1 ? 'One prerequisite fails' : `${failed.length} prerequisites fail`
  return stay({ ...session, focus: failed[0]!.id, notice: `${words}: solve, then r. Nothing was changed so far.` })
}

function leaveTarget(session: Session): Transition {
  const ask = inspectTarget(session)
  if (ask.effects.length > 0) return { session: { ...ask.session, waiting: true }, effects: ask.effects }
  return session.target.facts === undefined ? stay({ ...session, waiting: true }) : advance(session)
}

/** Looks into the namespace, unless that was done for this very target. */
function inspectTarget(session: Session): Transition {
  const { context, namespace, release } = session.resolved.answers
  const subject = JSON.stringify([context, namespace, release])
  if (session.target.subject === subject || typeof context !== 'string') return stay(session)
  return {
    session: { ...session, target: { subject } },
    effects: [{ type: 'inspect-target', context, namespace: String(namespace), release: String(release) }],
  }
}

function advance(session: Session): Transition {
  const from = session.at as StepId
  const to = session.toReview ? 'review' : nextStep(from, session)
  const passed = session.toReview ? [] : passedOver(from, to, session.resolved.answers)
  const told = [from, ...passed].reduce(withReceipt, session)
  const looked = inspectTarget(told)
  const there = enterStep({ ...looked.session, toReview: false }, to)
  const remember: Effect[] = isSection(from)
    ? [{ type: 'remember', answers: rememberable(session.typed, session.rehearsal) }]
    : []
  return { session: there.session, effects: [...remember, ...looked.effects, ...there.effects] }
}

const stay = (session: Session): Transition => ({ session, effects: [] })
