import type { Inventory, KubeEvent } from '../inventory.js'
import type { KubeObject, WorkloadRow } from '../types.js'

/** What a rule found. The framework adds who is concerned, the grace and the grouping. */
export interface Match {
  /** Without the object's name in front and without a full stop. */
  headline: string
  evidence?: readonly string[]
  remedy: string
  /** Same key, same code: one cause of several pods. Default: the headline. */
  key?: string
  /** When it began, if the objects say so (epoch milliseconds). */
  at?: number
  /** In place of the rule's own. */
  graceMs?: number
  permanent?: boolean
  /** Worth knowing, but not in the way of health. */
  note?: boolean
}

/**
 * One family member: how a cause is recognized. Of the container rules the first match counts, of the pod rules only
 * if no container rule matched, and so on; so the order of the lists matters.
 */
export interface Rule<Context> {
  code: string
  /** How long it may last before it is told: many things mend themselves. */
  graceMs: number
  /** It will not go away by waiting. */
  permanent: boolean
  /** Only told when the workload has no other cause: it says that, not why. */
  generic?: boolean
  match(context: Context): Match | undefined
}

export interface ReleaseContext {
  inventory: Inventory
  namespace: string
  release: string
  fullname: string
  /** Rows of all expected workloads. */
  workloads: readonly WorkloadRow[]
}

export interface PodContext extends ReleaseContext {
  pod: KubeObject
  /** `Deployment/mlflow`; '' for a bare pod. */
  workload: string
  component: string
  /** Events about the pod, oldest first. */
  events: readonly KubeEvent[]
}

export interface ContainerContext extends PodContext {
  name: string
  isInit: boolean
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw API JSON (core/v1 Container, ContainerStatus)
  spec: Record<string, any>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  status: Record<string, any>
  waiting: { reason?: string; message?: string } | undefined
  running: { startedAt?: string } | undefined
  /** How it ended last: now, or before its present run. */
  ended: Ended | undefined
  /** Whether `ended` is its present state. */
  isEnded: boolean
  restarts: number
  /** Events about this container, or about the pod when they name none. */
  containerEvents: readonly KubeEvent[]
  /** Last lines of the present run. */
  log: readonly string[]
  /** Last lines of the run that `ended` speaks of. */
  failedLog: readonly string[]
}

export interface Ended {
  exitCode?: number
  signal?: number
  reason?: string
  message?: string
  startedAt?: string
  finishedAt?: string
}

export interface WorkloadContext extends ReleaseContext {
  row: WorkloadRow
  object: KubeObject
  /** Events about the workload and, for a Deployment, its newest ReplicaSet. */
  events: readonly KubeEvent[]
  /** Current pods; of a Job all pods. */
  pods: readonly KubeObject[]
}

export interface ClaimContext extends ReleaseContext {
  claim: KubeObject
  component: string
  events: readonly KubeEvent[]
  /** Pods that mount it. */
  pods: readonly KubeObject[]
}

/** The newest event that passes the test. */
export function lastEvent(events: readonly KubeEvent[], test: (event: KubeEvent) => boolean): KubeEvent | undefined {
  return events.filter(test).reduce<KubeEvent | undefined>((last, e) => (!last || e.lastAt >= last.lastAt ? e : last), undefined)
}

/** The last lines for evidence. */
export const tail = (lines: readonly string[], count = 20) => lines.slice(-count)
