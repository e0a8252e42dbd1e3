import { exitCodes } from '../exit-codes.js'
import { checked, checksEnded, checksFailed, retry } from './checks.js'
import { enterReview, saveWanted } from './confirm.js'
import { stepWatching } from './deploying.js'
import { choose, complete, cycle, editText, focusOn, moveBy, withTyped } from './form.js'
import { offered, resolveSession, withAnswer } from './layers.js'
import { clusterAnswered, enter, enterStep, goBack, goOn, goTo } from './navigation.js'
import { editConsent, moveLine, planned, planFailed, toggleDiff } from './review.js'
import { isSection } from './steps.js'
import { settingOf } from '../settings/catalog.js'
import type { Action, ContextChoice, Effect, Session, SessionInput, Transition } from './types.js'

/** The session before the first key, and what must be found out at once. */
export function initialSession(input: SessionInput): Transition {
  const typed = offered(input.remembered, input.layers)
  const session: Session = {
    input,
    rehearsal: input.rehearsal,
    at: 'cluster',
    typed,
    drafts: {},
    focus: '',
    pressed: false,
    contexts: { state: 'loading', items: [] },
    inspected: {},
    target: { subject: '' },
    waiting: false,
    checks: { run: 0, state: 'idle', results: [], retrying: [], subject: '' },
    planning: { state: 'none' },
    receipts: [],
    toReview: false,
    resolved: resolveSession(input, typed, undefined),
  }
  if (input.contexts) return withContexts(session, input.contexts)
  return { session, effects: [{ type: 'list-contexts' }] }
}

/** The session after one action, and what is to be done. Pure: the same action gives the same step. */
export function step(session: Session, action: Action): Transition {
  if (session.ended) return stay(session)
  if (session.at === 'deploy') return stepDeploying(session, action)
  switch (action.type) {
    case 'moved':
      return stay(
        session.at === 'review' || session.at === 'prerequisites'
          ? moveLine(session, action.by)
          : moveBy(calm(session), action.by),
      )
    case 'text-edited':
      return stay(session.consent ? editConsent(calm(session), action.edit) : editText(calm(session), action.edit))
    case 'chosen':
      return stay(refocused(choose(calm(session), settingOf(action.setting), action.value)))
    case 'cycled':
      return stay(refocused(cycle(calm(session), action.by)))
    case 'completed':
      return stay(complete(session))
    case 'entered':
      return session.at === 'review' ? enterReview(calm(session)) : enter(calm(session))
    case 'back':
      return goBack(calm(session))
    case 'jumped':
      return goTo({ ...calm(session), toReview: session.at === 'review' }, action.step, action.setting)
    case 'retried':
      return retry(calm(session), action.check)
    case 'diff-toggled':
      return stay(toggleDiff(session))
    case 'save-wanted':
      return saveWanted(session)
    case 'interrupted':
      return end(session, exitCodes.interrupted, [
        '',
        `  Left. ${session.rehearsal ? 'It was a rehearsal: nothing' : 'Nothing'} was installed; the same answers are offered next time.`,
      ])
    default:
      return answered(session, action)
  }
}

/** Answers of the world. */
function answered(session: Session, action: Action): Transition {
  switch (action.type) {
    case 'contexts':
      return then(withContexts(session, action.items), (next) => (session.waiting ? enter(next) : stay(next)))
    case 'rehearsal-started':
      return then(rehearsalStarted(session, action.contexts), enter)
    case 'context-inspected': {
      const known = { ...session, inspected: { ...session.inspected, [action.context]: action.facts } }
      return session.waiting && session.at === 'cluster' && session.resolved.answers.context === action.context
        ? clusterAnswered(known)
        : stay(known)
    }
    case 'target-inspected':
      return targetInspected(session, action)
    case 'check':
      return stay(checked(session, action.run, action.result))
    case 'checks-ended': {
      const next = checksEnded(session, action.run)
      return next.waiting && next.at === 'prerequisites' && next.checks.state === 'ended'
        ? goOn({ ...next, waiting: false })
        : stay(next)
    }
    case 'planned': {
      const next = planned(session, action.run, action.preview)
      return next.waiting && next.at === 'review' && next.planning.state === 'ready'
        ? enterReview({ ...next, waiting: false })
        : stay(next)
    }
    case 'values-saved':
      return end(session, exitCodes.healthy, [
        '',
        `  Saved ${action.path}. Nothing was installed.`,
        `  Install it: mlflow-setup install -f ${action.path}`,
      ])
    case 'failed':
      return failed(session, action)
    default:
      return stay(session)
  }
}

function failed(session: Session, { effect, message, run }: Extract<Action, { type: 'failed' }>): Transition {
  switch (effect) {
    case 'list-contexts':
      return stay(focusOn({ ...session, contexts: { state: 'failed', items: [], message } }))
    case 'run-checks':
      return stay(checksFailed(session, run, message))
    case 'make-plan':
      return stay(planFailed(session, run, message))
    case 'inspect-target':
      // The prerequisites tell more about it.
      return session.waiting
        ? goOn({ ...session, waiting: false, target: { ...session.target, facts: { namespace: '' } } })
        : stay(session)
    default:
      return stay({ ...session, waiting: false, inspected: withoutAsking(session.inspected), notice: message })
  }
}

/** The contexts are known: the one that was named, else the current one, is chosen and asked. */
function withContexts(session: Session, items: readonly ContextChoice[]): Transition {
  const listed: Session = { ...session, contexts: { state: 'ready', items } }
  const named = session.resolved.answers.context
  const isKnown = items.some((item) => item.name === named)
  const current = items.find((item) => item.current)?.name ?? (items.length === 1 ? items[0]!.name : undefined)
  const choice = isKnown
    ? (named as string)
    : session.resolved.provenance.context?.source === 'you' || named === undefined
      ? current
      : undefined
  const typed =
    choice === undefined
      ? withAnswer(session.typed, 'context', undefined)
      : choice === named
        ? session.typed
        : withAnswer(session.typed, 'context', choice)
  const chosen = withTyped(listed, typed)
  if (named !== undefined && !isKnown && choice === undefined) {
    return stay(focusOn({ ...chosen, notice: `context "${String(named)}" is not in the kubeconfig` }))
  }
  return enterStep(chosen, 'cluster')
}

function rehearsalStarted(session: Session, contexts: readonly ContextChoice[]): Transition {
  const typed = withAnswer(session.typed, 'context', undefined)
  const clean: Session = { ...withTyped(session, typed), rehearsal: true, inspected: {} }
  return withContexts(clean, contexts)
}

function targetInspected(
  session: Session,
  { context, namespace, release, facts }: Extract<Action, { type: 'target-inspected' }>,
): Transition {
  const { answers } = session.resolved
  if (answers.context !== context || answers.namespace !== namespace || answers.release !== release) return stay(session)
  const known: Session = { ...session, target: { ...session.target, facts } }
  const resolved = withTyped(known, known.typed)
  return session.waiting && session.at === 'target' ? goOn({ ...resolved, waiting: false }) : stay(resolved)
}

function stepDeploying(session: Session, action: Action): Transition {
  switch (action.type) {
    case 'watch':
      return stepWatching(session, action.action)
    case 'interrupted':
      return stepWatching(session, { type: 'interrupted' })
    case 'flow':
      return stepWatching(session, { type: 'flow', event: action.event })
    case 'logs':
      return stepWatching(session, { type: 'logs', pod: action.pod, lines: action.lines })
    case 'clock':
      return stepWatching(session, { type: 'clock', at: action.at })
    case 'failed':
      return flowEffects.has(action.effect)
        ? stepWatching(session, { type: 'broken', message: action.message })
        : stay({ ...session, notice: action.message })
    default:
      return stay(session)
  }
}

/** Effects whose events end with a result: when they fail, that is the result. */
const flowEffects = new Set<Effect['type']>(['deploy', 'roll-back'])

/** One step after another. */
function then(first: Transition, next: (session: Session) => Transition): Transition {
  const second = next(first.session)
  return { session: second.session, effects: [...first.effects, ...second.effects] }
}

const stay = (session: Session): Transition => ({ session, effects: [] })

const withoutAsking = (inspected: Session['inspected']) =>
  Object.fromEntries(Object.entries(inspected).filter(([, facts]) => facts !== 'asking'))

/** Whatever one does, the last complaint is read. */
function calm(session: Session): Session {
  const { notice: _read, ...rest } = session
  return { ...rest, waiting: false }
}

/** After an answer changed, rows may have come or gone: the focus stays where it was if it can. */
function refocused(session: Session): Session {
  return isSection(session.at) && session.editing === undefined ? focusOn(session, session.focus) : session
}

/** The end: what is remembered stays remembered. */
export function end(session: Session, code: number, summary: readonly string[]): Transition {
  const effects: Effect[] = [{ type: 'exit', code, summary }]
  return { session: { ...session, ended: { code, summary } }, effects }
}
