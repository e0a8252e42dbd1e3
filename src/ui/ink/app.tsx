import { Box, Static } from 'ink'
import type { DeploySpec } from '../../core/deploy/model.js'
import type { FlowEvent } from '../../core/events.js'
import { actionOf, watchActionOf } from '../../core/wizard/keymap.js'
import { initialSession, step } from '../../core/wizard/session.js'
import type { Action, Effect, Session, SessionInput } from '../../core/wizard/types.js'
import { initialWatch, stepWatch } from '../../core/wizard/watch.js'
import type { WatchAction, WatchState } from '../../core/wizard/watch-types.js'
import { widthFor, type Size } from './frame.js'
import { Line } from './line.js'
import { runProgram, type ProgramEnd, type ProgramOptions } from './program.js'
import { FormScreen } from './screens/form.js'
import { PrerequisitesScreen } from './screens/prerequisites.js'
import { permanentLines } from './screens/receipts.js'
import { ReviewScreen } from './screens/review.js'
import { WatchScreen } from './screens/watch.js'

/** Runs the wizard. It ends with the terminal as it was; the caller prints `summary` and exits with `exitCode`. */
export function runWizard({ input, ...options }: ProgramOptions & { input: SessionInput }): Promise<ProgramEnd> {
  const { session, effects } = initialSession(input)
  return runProgram<Session>(
    {
      initial: { state: session, effects },
      step: (state, action) => {
        const next = step(state, action)
        return { state: next.session, effects: next.effects }
      },
      actionOf,
      takesText: (state) => state.editing !== undefined || state.consent !== undefined,
      isAlternate: (state) => state.at === 'deploy',
      hasClock: (state) => state.at === 'deploy' && state.watch?.model.result === undefined,
      element: (state, size, printed) => <Wizard session={state} size={size} printed={printed} />,
      printed: (state) => permanentLines(state).length,
    },
    options,
  )
}

/** The wizard's screen, the answered questions above it. */
export function Wizard({ session, size, printed = 0 }: { session: Session; size: Size; printed?: number }) {
  if (session.at === 'deploy') return <DeployScreen session={session} size={size} />
  const width = widthFor(size)
  return (
    <Box flexDirection="column">
      <Static items={permanentLines(session).slice(printed)}>{(line, i) => <Line key={i} line={line} width={width} />}</Static>
      <Question session={session} size={size} gap={session.receipts.length > 0} />
    </Box>
  )
}

/** One blank line below the receipts, where there is room for it. */
const roomForGap = 16

function Question({ session, size, gap }: { session: Session; size: Size; gap: boolean }) {
  if (gap && size.rows >= roomForGap) {
    return (
      <Box flexDirection="column" paddingTop={1}>
        <Question session={session} size={{ ...size, rows: size.rows - 1 }} gap={false} />
      </Box>
    )
  }
  if (session.at === 'prerequisites') return <PrerequisitesScreen session={session} size={size} />
  if (session.at === 'review') return <ReviewScreen session={session} size={size} />
  return <FormScreen session={session} size={size} />
}

function DeployScreen({ session, size }: { session: Session; size: Size }) {
  const { watch, notice } = session
  return watch ? <WatchScreen watch={watch} size={size} {...(notice ? { notice } : {})} /> : null
}

export interface WatchOptions extends ProgramOptions {
  spec: DeploySpec
  /** `deploy`: the events are of a deploy that runs; `watch`: of a release that is looked at. */
  mode: WatchState['mode']
  /** Ends with an event of type `result`, or when there is nothing more to see. */
  events: AsyncIterable<FlowEvent>
}

/** Shows the health watch over a stream of events. Ends by key, or with the stream's result. */
export function runWatch({ spec, mode, events, ...options }: WatchOptions): Promise<ProgramEnd> {
  const feed = (dispatch: (action: Action) => void) => {
    void (async () => {
      for await (const event of events) dispatch({ type: 'flow', event })
    })().catch((error: Error) => dispatch({ type: 'watch', action: { type: 'broken', message: error.message } }))
  }
  return runProgram<{ watch: WatchState; notice?: string }>(
    {
      initial: { state: { watch: initialWatch(spec, mode, false) }, effects: [] },
      step: (state, action) => {
        if (action.type === 'failed') return { state: { ...state, notice: action.message }, effects: [] }
        const watchAction = toWatchAction(action)
        if (!watchAction) return { state, effects: [] }
        const next = stepWatch(state.watch, watchAction)
        const exit: Effect[] = next.ended ? [{ type: 'exit', ...next.ended }] : []
        return { state: { ...state, watch: next.watch }, effects: [...next.effects, ...exit] }
      },
      actionOf: (state, key) => {
        const action = watchActionOf(state.watch, key)
        return action && { type: 'watch', action }
      },
      takesText: () => false,
      isAlternate: () => true,
      hasClock: (state) => state.watch.model.result === undefined,
      element: (state, size) => (
        <WatchScreen watch={state.watch} size={size} {...(state.notice ? { notice: state.notice } : {})} />
      ),
      printed: () => 0,
    },
    { ...options, feed },
  )
}

function toWatchAction(action: Action): WatchAction | undefined {
  switch (action.type) {
    case 'watch':
      return action.action
    case 'flow':
    case 'logs':
    case 'clock':
      return action
    case 'interrupted':
      return { type: 'interrupted' }
    default:
      return undefined
  }
}
