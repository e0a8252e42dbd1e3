import type { DeployModel } from '../deploy/model.js'
import type { FlowEvent } from '../events.js'

/** What a person does on the health watch, and what comes back. */
export type WatchAction =
  | { type: 'panel'; panel: 'logs' | 'events' }
  | { type: 'scrolled'; by: number }
  /** f: back to the answers. */
  | { type: 'fix' }
  /** b: back to the earlier revision; asked once more. */
  | { type: 'roll-back' }
  /** q: leave what runs as it is. */
  | { type: 'leave' }
  /** Ctrl-C. */
  | { type: 'interrupted' }
  /** The answer to a question that is asked over the watch. */
  | { type: 'answered'; answer: 'stop' | 'leave' | 'cancel' | 'yes' | 'no' }
  | { type: 'flow'; event: FlowEvent }
  /** The flow ended with an error instead of a result. */
  | { type: 'broken'; message: string }
  | { type: 'logs'; pod: string; lines: readonly string[] }
  | { type: 'clock'; at: number }

export interface WatchState {
  readonly model: DeployModel
  /** What is started from here (`deploy`), or only looked at (`watch`). */
  readonly mode: 'deploy' | 'watch'
  readonly panel: 'none' | 'logs' | 'events'
  readonly logs?: { pod: string; lines: readonly string[] }
  /** Rows that the pod table, or the panel, is scrolled by. */
  readonly offset: number
  /** A question over the watch, or what was asked for and is being done. */
  readonly asking?: 'interrupt' | 'roll-back' | 'stopping' | 'rolling-back'
  /** Whether one can go back to the answers (the wizard), or not (a command). */
  readonly hasAnswers: boolean
}
