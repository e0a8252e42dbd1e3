import type { ExpectedWorkload } from '../kube/manifest.js'

/** The few fields that every Kubernetes object has and that we use. The rest stays raw JSON, as the API sent it. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[]
  }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw API JSON; each reader narrows what it reads
  [field: string]: any
}

/** The kinds that the watch follows, by the name used in events and rules. */
export type WatchedKind =
  'Pod' | 'Deployment' | 'StatefulSet' | 'ReplicaSet' | 'Job' | 'PersistentVolumeClaim' | 'HorizontalPodAutoscaler' | 'Event'

/** A root cause: the one reason that a person should read first, with its proof and what to do. */
export interface Cause {
  /** Stable code, e.g. `image-not-found`. Codes of failing prerequisites are their check ids. */
  code: string
  /** `Kind/name` of the object to look at, or '' when there is none. */
  object: string
  /** One line, no full stop, exact names: `mlflow (2 pods): image ghcr.io/... does not exist`. */
  headline: string
  /** Numbers, messages, last log lines; never a secret. */
  evidence: string[]
  /** What to do, ready to paste where it is a command. */
  remedy: string
  /** It will not go away by waiting. */
  permanent: boolean
  /** Epoch milliseconds when it was first seen. */
  since: number
  /** Worth knowing, but does not keep the release from being healthy. */
  note?: boolean
}

/** How one probe of one container stands. `none`: not defined. */
export type ProbeState = 'ok' | 'waiting' | 'failing' | 'none'

export interface ProbeRow {
  startup: ProbeState
  readiness: ProbeState
  liveness: ProbeState
  /** The last failing probe's message, shortened: `Readiness GET :5000/health 503`. */
  detail?: string
}

export interface PodRow {
  name: string
  /** `Deployment/mlflow`; '' for a bare pod. */
  workload: string
  /** One word as kubectl shows it: Running, Pending, Init 0/1, CrashLoopBackOff, Completed, Terminating... */
  status: string
  /** What it waits for, when known: `waits for the schema`. */
  note?: string
  ready: boolean
  probes: ProbeRow
  restarts: number
  /** Epoch milliseconds. */
  createdAt: number
}

export interface WorkloadRow {
  /** `Deployment/mlflow`. */
  id: string
  kind: 'Deployment' | 'StatefulSet' | 'Job'
  name: string
  component: string
  ready: number
  desired: number
  /** Current at its newest generation and revision, nothing missing. */
  current: boolean
  /** A Job that failed, or a Deployment past its progress deadline. */
  failed: boolean
}

export type MilestoneState = 'waiting' | 'running' | 'ok' | 'failed'
/** The line of stages: secrets > helm > database > objects > schema > server > smoke test. */
export interface Milestone {
  id: string
  label: string
  state: MilestoneState
}

export type HealthPhase = 'applying' | 'progressing' | 'stalled' | 'healthy' | 'failed'

/** All that a renderer needs to draw the health watch. */
export interface HealthView {
  phase: HealthPhase
  workloads: WorkloadRow[]
  pods: PodRow[]
  /** Most important first; equal causes of several pods are one. */
  causes: Cause[]
  milestones: Milestone[]
  /** Epoch milliseconds of the last change that counts as progress. */
  lastProgressAt: number
  /** Causes inside their grace: they may still go away by themselves. */
  suspects?: Cause[]
  /** Kinds that the API forbids to read: what depends on them is unknown, not fine. */
  forbidden?: WatchedKind[]
  /** Set while the connection to the API is gone: what is shown is as old as this (epoch milliseconds). */
  staleSince?: number
}

/** What the health of one release is measured against. */
export interface HealthSpec {
  namespace: string
  release: string
  /** Name of the server's Deployment and Service, prefix of all other names. */
  fullname: string
  /** Epoch milliseconds. */
  startedAt: number
  /** From the rendered manifest, hooks left out (`expectedWorkloads`). */
  expected: readonly ExpectedWorkload[]
  /** Without progress for so long is `stalled`; default 300000. */
  stallAfterMs?: number
  /** Everything current and no restart for so long is `healthy`; default 5000. */
  stableForMs?: number
  /** How many times faster than a real one the cluster lives (a rehearsal); patience is divided by it. Default 1. */
  pace?: number
  /** A smoke test follows: adds its milestone. */
  hasSmoke?: boolean
}
