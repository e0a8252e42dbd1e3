import { missingOf, problemsOf } from '../settings/validate.js'
import { lineOf } from '../text/edit-line.js'
import { startDeploy } from './deploying.js'
import { goTo } from './navigation.js'
import { needsConsent, openReview } from './review.js'
import type { Session, Transition } from './types.js'

/** Enter on the review: deploys, unless something is missing, or consent has to be typed first. */
export function enterReview(session: Session): Transition {
  if (session.consent) return consented(session)
  const { answers } = session.resolved
  const wrong = missingOf(answers)[0] ?? problemsOf(answers)[0]?.setting
  if (wrong) return goTo({ ...session, toReview: true, notice: `${wrong.title} needs an answer.` }, wrong.section, wrong.id)
  switch (session.planning.state) {
    case 'making':
      return { session: { ...session, waiting: true }, effects: [] }
    case 'ready':
      return needsConsent(session)
        ? { session: { ...session, consent: lineOf('') }, effects: [] }
        : startDeploy(session, session.planning.preview)
    case 'failed':
      return { session: { ...session, notice: 'The plan could not be made: correct what the message names.' }, effects: [] }
    case 'none':
      return openReview(session)
  }
}

function consented(session: Session): Transition {
  const { consent, ...rest } = session
  const context = String(session.resolved.answers.context)
  if (consent?.text.trim() !== context)
    return { session: { ...session, notice: `That is not the context's name: type ${context}, or Esc.` }, effects: [] }
  return session.planning.state === 'ready' ? startDeploy(rest, session.planning.preview) : { session: rest, effects: [] }
}

/** Saves the values file and leaves. */
export function saveWanted(session: Session): Transition {
  if (session.planning.state !== 'ready') return { session: { ...session, notice: 'The plan is not ready yet.' }, effects: [] }
  return { session: { ...session, waiting: true }, effects: [{ type: 'save-values', plan: session.planning.preview.plan }] }
}
