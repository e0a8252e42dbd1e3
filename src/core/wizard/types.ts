import type { CheckResult } from '../checks/types.js'
import type { FlowEvent } from '../events.js'
import type { ExpectedWorkload } from '../kube/manifest.js'
import type { ChartFiles, Plan } from '../plan/types.js'
import type { Answers, AnswerValue, Layer, Resolved, SectionId } from '../settings/types.js'
import type { EditLine, LineEdit } from '../text/edit-line.js'
import type { WatchAction, WatchState } from './watch-types.js'

/** What a person sees one after the other; the questions are the sections of the settings catalog. */
export type StepId = SectionId | 'prerequisites' | 'review'

/** All that is known before the first question. */
export interface SessionInput {
  /** Of this program, for the header. */
  version: string
  /** Every screen says that nothing is installed. */
  rehearsal: boolean
  chart: ChartFiles
  /** Layers that are there before anybody types: release, files, environment, flags. The preset's layer is made by the session. */
  layers: readonly Layer[]
  /** Contexts when they are known already; else the session asks for them. */
  contexts?: readonly ContextChoice[]
  /** What was typed in the last run, see effect `remember`. Flags, environment and files of this run win over it. */
  remembered?: Answers
}

/** One context of the kubeconfig. */
export interface ContextChoice {
  name: string
  current: boolean
  server?: string
}

/** What a first contact with a cluster showed. */
export interface ContextFacts {
  reachable: boolean
  /** For a person: `Kubernetes v1.34.4, 3 nodes`, or why it cannot be reached. */
  detail: string
  /** Names that the cluster has, by setting id, e.g. `database.storageClass`: offered while typing. */
  known?: Readonly<Record<string, readonly string[]>>
}

/** What is in the namespace already. */
export interface TargetFacts {
  /** One line: `new`, `exists, Pod Security "restricted"`. */
  namespace: string
  /** A release of that name: the install becomes an upgrade. */
  release?: { revision: number; status: string; appVersion: string }
  /** The release's values as a layer: its answers are offered. */
  layer?: Layer
}

/** A plan and what is needed to show and watch it. */
export interface PlanPreview {
  plan: Plan
  /** The Helm command line that deploy will run. */
  command: readonly string[]
  /** Workloads of the rendered manifest, see `expectedWorkloads`. */
  expected: readonly ExpectedWorkload[]
  /** The revision that the deploy makes; 1 for a new release. */
  revision?: number
  /** How long a deploy of this kind usually takes, in milliseconds, when it is known from earlier ones. */
  usualMs?: number
}

/** The one thing that the world outside must do. Data only: the session never waits. */
export type Effect =
  /** Answer: `contexts`, or `failed` with its name. */
  | { type: 'list-contexts' }
  /** Answer: `context-inspected`. */
  | { type: 'inspect-context'; context: string }
  /** Answer: `target-inspected`. */
  | { type: 'inspect-target'; context: string; namespace: string; release: string }
  /** Changes to the simulated cluster. Answer: `rehearsal-started`, or `failed`. */
  | { type: 'start-rehearsal' }
  /** Answers: `check` for each, then `checks-ended`, or `failed`; all with the same `run`. `only`: one check's id. */
  | { type: 'run-checks'; run: number; resolved: Resolved; only?: string }
  /** Answer: `planned` with the same `run`, or `failed`. */
  | { type: 'make-plan'; run: number; resolved: Resolved }
  /** Answers: `flow` for each event; the last one is of type `result`. */
  | { type: 'deploy'; preview: PlanPreview; resolved: Resolved }
  /** Ctrl-C while Helm works: `stop` ends Helm with SIGTERM and then the flow; `leave` lets it go on without us. */
  | { type: 'interrupt'; how: 'stop' | 'leave' }
  /** Answers: `flow` events, the last one of type `result`. */
  | { type: 'roll-back'; revision: number }
  /** Answer: `logs`. */
  | { type: 'show-logs'; pod: string }
  /** Answer: `values-saved`, or `failed`. */
  | { type: 'save-values'; plan: Plan }
  /** To be kept for the next run. Holds no secrets. */
  | { type: 'remember'; answers: Answers }
  /** The interface ends. It is handled by the renderer; no answer. */
  | { type: 'exit'; code: number; summary: readonly string[] }

/** What happened: a person's doing, or the answer to an effect. */
export type Action =
  // a person
  /** One line up or down; in a list of options it moves between options. */
  | { type: 'moved'; by: number }
  /** The text of the focused field was edited. */
  | { type: 'text-edited'; edit: LineEdit }
  /** A value was given to a setting. */
  | { type: 'chosen'; setting: string; value: AnswerValue }
  /** The focused row's value was changed to its next (1) or previous (-1) one. */
  | { type: 'cycled'; by: number }
  /** The suggestion under a refused text was taken, or a known name completed. */
  | { type: 'completed' }
  /** Enter. */
  | { type: 'entered' }
  /** Esc. */
  | { type: 'back' }
  | { type: 'jumped'; step: StepId; setting?: string }
  /** One prerequisite again, or all. */
  | { type: 'retried'; check?: string }
  /** The values' difference, in full or not. */
  | { type: 'diff-toggled' }
  | { type: 'save-wanted' }
  /** Ctrl-C. */
  | { type: 'interrupted' }
  | { type: 'watch'; action: WatchAction }
  // the world
  | { type: 'contexts'; items: readonly ContextChoice[] }
  | { type: 'context-inspected'; context: string; facts: ContextFacts }
  | { type: 'target-inspected'; context: string; namespace: string; release: string; facts: TargetFacts }
  | { type: 'rehearsal-started'; contexts: readonly ContextChoice[] }
  | { type: 'check'; run: number; result: CheckResult }
  | { type: 'checks-ended'; run: number }
  | { type: 'planned'; run: number; preview: PlanPreview }
  | { type: 'flow'; event: FlowEvent }
  | { type: 'logs'; pod: string; lines: readonly string[] }
  | { type: 'values-saved'; path: string }
  /** An effect could not be done: its type and one sentence. */
  | { type: 'failed'; effect: Effect['type']; message: string; run?: number }
  /** A clock moved (epoch milliseconds); only shown times depend on it. */
  | { type: 'clock'; at: number }

/** Carries out effects; the answers come back as actions, at once or later. Never throws. */
export interface WizardHost {
  run(effect: Effect, dispatch: (action: Action) => void): void
}

/** A one-line memory of an answered step, printed above the question. */
export interface Receipt {
  step: StepId
  label: string
  text: string
}

export interface ChecksState {
  run: number
  state: 'idle' | 'running' | 'ended'
  results: readonly CheckResult[]
  /** Ids that are being tried again. */
  retrying: readonly string[]
  /** Why they could not be run at all. */
  message?: string
  /** Context, namespace, release and answers that they were run for. */
  subject: string
}

export type PlanState =
  | { state: 'none' }
  | { state: 'making'; run: number }
  | { state: 'ready'; run: number; preview: PlanPreview }
  | { state: 'failed'; run: number; message: string }

/** Everything that the wizard knows. Only `step` makes a new one. */
export interface Session {
  readonly input: SessionInput
  readonly rehearsal: boolean
  readonly at: StepId | 'deploy'
  /** The layer "you". */
  readonly typed: Answers
  /** Texts of fields that are not (yet) an acceptable answer, by setting id. */
  readonly drafts: Readonly<Record<string, string>>
  /** The field that is being edited. */
  readonly editing?: { setting: string; line: EditLine }
  /** Key of the focused row, see `rowsOf`. */
  readonly focus: string
  /** Rows whose problem is shown although nobody edits them: Enter met them. */
  readonly pressed: boolean
  readonly contexts: { state: 'loading' | 'ready' | 'failed'; items: readonly ContextChoice[]; message?: string }
  readonly inspected: Readonly<Record<string, ContextFacts | 'asking'>>
  readonly target: { subject: string; facts?: TargetFacts }
  /** Enter was pressed and waits for an answer of the world. */
  readonly waiting: boolean
  readonly checks: ChecksState
  readonly planning: PlanState
  readonly receipts: readonly Receipt[]
  /** The values' difference is shown in full, scrolled by so many lines. */
  readonly diff?: number
  /** The context's name being typed before a production deploy. */
  readonly consent?: EditLine
  /** The step was jumped to from the review: it leads back there. */
  readonly toReview: boolean
  /** One sentence about what just went wrong. */
  readonly notice?: string
  readonly watch?: WatchState
  readonly ended?: { code: number; summary: readonly string[] }
  readonly resolved: Resolved
}

/** A step of the session: its new state, and what is to be done. */
export interface Transition {
  session: Session
  effects: Effect[]
}
