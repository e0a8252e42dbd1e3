import { enterStep } from './navigation.js'
import type { PlanPreview, Session, Transition } from './types.js'
import type { WatchAction } from './watch-types.js'
import { initialWatch, stepWatch } from './watch.js'

/** Hands the plan over to be deployed, and watches. */
export function startDeploy(session: Session, preview: PlanPreview): Transition {
  const { plan, expected, revision, usualMs } = preview
  const spec = {
    ...plan.target,
    fullname: plan.fullname,
    rehearsal: session.rehearsal,
    // The first event brings the time.
    startedAt: 0,
    expected,
    hasSmoke: true,
    ...(revision === undefined ? {} : { revision }),
    ...(usualMs === undefined ? {} : { usualMs }),
  }
  return {
    session: { ...session, at: 'deploy', watch: initialWatch(spec, 'deploy', true), waiting: false },
    effects: [{ type: 'deploy', preview, resolved: session.resolved }],
  }
}

/** One action on the watch. */
export function stepWatching(session: Session, action: WatchAction): Transition {
  if (!session.watch) return { session, effects: [] }
  const next = stepWatch(session.watch, action)
  const watched: Session = { ...session, watch: next.watch }
  if (next.fix) return backToReview(watched)
  if (!next.ended) return { session: watched, effects: next.effects }
  return { session: { ...watched, ended: next.ended }, effects: [...next.effects, { type: 'exit', ...next.ended }] }
}

/** From the watch back to the answers, after something went wrong. */
function backToReview(session: Session): Transition {
  const { watch: _watch, ...rest } = session
  return enterStep({ ...rest, at: 'review' }, 'review')
}
