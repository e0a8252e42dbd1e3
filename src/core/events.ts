import type { CheckResult } from './checks/types.js'
import type { HealthSpec, KubeObject, WatchedKind } from './health/types.js'
import type { Result } from './result.js'
import type { SmokeStep } from './smoke/steps.js'

/** A stage of a deploy, in its order. */
export type Stage = 'preflight' | 'secrets' | 'helm' | 'rollout' | 'smoke' | 'done'

/** What the API said. `synced`: the first list of a kind is complete. */
export type WatchEvent =
  | { type: 'object'; at: number; kind: WatchedKind; change: 'seen' | 'gone'; object: KubeObject }
  | { type: 'synced'; at: number; kind: WatchedKind }
  /** No word from the API since then (epoch milliseconds); undefined: it is back. */
  | { type: 'stale'; at: number; since: number | undefined }
  /** The API forbids this kind: what depends on it is unknown, not fine. */
  | { type: 'forbidden'; at: number; kind: WatchedKind; message: string }
  /** The last lines of a container, fetched because it failed or is not ready. */
  | { type: 'log'; at: number; pod: string; container: string; previous: boolean; lines: string[] }

/**
 * What flows tell renderers. The whole stream, written as NDJSON, replays to the same screen; so events hold
 * no secrets, and every moment is in them (`at`, epoch milliseconds).
 */
export type FlowEvent =
  | WatchEvent
  | { type: 'stage'; at: number; stage: Stage; state: 'started' | 'ended'; detail?: string }
  | { type: 'check'; at: number; result: CheckResult }
  | { type: 'helm-line'; at: number; line: string }
  /** From here on the API's words are about this release: whoever folds them starts with this. */
  | { type: 'watching'; at: number; spec: HealthSpec }
  | { type: 'smoke'; at: number; step: SmokeStep }
  | { type: 'note'; at: number; text: string }
  | { type: 'tick'; at: number }
  | { type: 'result'; at: number; result: Result }
