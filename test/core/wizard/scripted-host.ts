import type { CheckResult } from '../../../src/core/checks/types.js'
import type { FlowEvent } from '../../../src/core/events.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import type { Plan } from '../../../src/core/plan/types.js'
import { emptyResult } from '../../../src/core/outcome.js'
import { smokeSteps } from '../../../src/core/smoke/steps.js'
import type { Action, Effect, PlanPreview, WizardHost } from '../../../src/core/wizard/types.js'
import type { Resolved } from '../../../src/core/settings/types.js'

export interface HostScript {
  checks?: CheckResult[]
  /** Contexts that cannot be reached. */
  unreachable?: string[]
  /** Events of a deploy. */
  events?: (start: number) => FlowEvent[]
  /** Keeps the deploy open after its events. */
  withoutResult?: boolean
  rehearsal?: boolean
  /** Revision that the deploy makes. */
  revision?: number
  /** Why no plan can be made. */
  planFails?: string
  /** Milliseconds between events; answers come at once by default. */
  paceMs?: number
}

/** A host whose answers are written down. `effects` are those that it was asked for. */
export function scriptedHost(script: HostScript = {}): WizardHost & { effects: Effect[] } {
  const effects: Effect[] = []
  return {
    effects,
    run(effect, dispatch) {
      effects.push(effect)
      const answers = answersTo(effect, script)
      if (script.paceMs === undefined) answers.forEach(dispatch)
      else void paced(answers, script.paceMs, dispatch)
    },
  }
}

async function paced(answers: Action[], ms: number, dispatch: (action: Action) => void): Promise<void> {
  for (const answer of answers) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    dispatch(answer)
  }
}

export function answersTo(effect: Effect, script: HostScript = {}): Action[] {
  switch (effect.type) {
    case 'list-contexts':
      return [{ type: 'contexts', items: [{ name: 'kind-lab', current: true }] }]
    case 'inspect-context': {
      const reachable = !script.unreachable?.includes(effect.context)
      return [{ type: 'context-inspected', context: effect.context, facts: { reachable, detail: reachable ? 'Kubernetes v1.35.0' : 'unreachable: connection refused', known: { 'database.storageClass': ['local-path', 'longhorn'] } } }]
    }
    case 'inspect-target':
      return [{ type: 'target-inspected', context: effect.context, namespace: effect.namespace, release: effect.release, facts: { namespace: 'new' } }]
    case 'start-rehearsal':
      return [{ type: 'rehearsal-started', contexts: [{ name: 'rehearsal', current: true }] }]
    case 'run-checks': {
      const results = (script.checks ?? someChecks).filter((c) => effect.only === undefined || c.id === effect.only)
      return [...results.map((result): Action => ({ type: 'check', run: effect.run, result })), { type: 'checks-ended', run: effect.run }]
    }
    case 'make-plan':
      if (script.planFails) return [{ type: 'failed', effect: 'make-plan', run: effect.run, message: script.planFails }]
      return [{ type: 'planned', run: effect.run, preview: { ...previewOf(effect.resolved), revision: script.revision ?? 1 } }]
    case 'deploy': {
      const events = (script.events ?? happyEvents)(1_000_000)
      const result = { ...emptyResult('healthy', script.rehearsal ? 'Rehearsal passed: nothing was installed.' : 'MLflow is healthy.', script.rehearsal ?? false), valuesFile: 'mlflow-values.yaml', access: access }
      const end: FlowEvent[] = script.withoutResult || events.some((e) => e.type === 'result') ? [] : [{ type: 'result', at: 1_060_000, result }]
      return [...events, ...end].map((event): Action => ({ type: 'flow', event }))
    }
    case 'roll-back':
      return [{ type: 'flow', event: { type: 'result', at: 1_080_000, result: emptyResult('rolled-back', `Rolled back to revision ${effect.revision}.`, false) } }]
    case 'interrupt':
      return effect.how === 'stop' ? [{ type: 'flow', event: { type: 'result', at: 1_070_000, result: emptyResult('interrupted', 'Interrupted. What was made is kept; run the same command again to go on.', false) } }] : []
    case 'show-logs':
      return [{ type: 'logs', pod: effect.pod, lines: ['starting', 'listening on :5000'] }]
    case 'save-values':
      return [{ type: 'values-saved', path: effect.plan.valuesFile }]
    default:
      return []
  }
}

const access = { url: 'http://localhost:5000', portForward: 'kubectl port-forward svc/mlflow 5000:5000', username: 'admin', showPassword: 'kubectl get secret mlflow-secret' }

export const check = (id: string, state: CheckResult['state'], evidence: string, remedy?: CheckResult['remedy']): CheckResult => ({ id, title: id, state, evidence, ms: 3, ...(remedy ? { remedy } : {}) })

export const someChecks: CheckResult[] = [
  check('helm', 'pass', 'helm 4.1.4'),
  check('cluster', 'pass', 'cluster answers in 38 ms, Kubernetes 1.35.0'),
  check('metrics-server', 'warn', 'metrics-server is missing: the autoscaler cannot see load', { text: 'Install it.', command: 'kubectl apply -f components.yaml' }),
  check('storage-class', 'pass', 'default StorageClass local-path'),
]

export function previewOf(resolved: Resolved): PlanPreview {
  const { answers } = resolved
  const target = { context: String(answers.context), namespace: String(answers.namespace), release: String(answers.release) }
  const plan: Plan = {
    target,
    mode: 'install',
    fullname: target.release,
    answers,
    provenance: resolved.provenance,
    valuesText: 'replicaCount: 1\n',
    valuesFile: 'mlflow-values.yaml',
    changes: [{ kind: 'changed', path: 'replicaCount', before: 1, after: 2 }],
    secrets: [],
    warnings: ['one database instance: a node failure stops MLflow'],
  }
  return { plan, command: ['helm', 'upgrade', '--install', target.release, 'chart', '-f', 'mlflow-values.yaml'], expected: expectedWorkloads, revision: 1, usualMs: 110_000 }
}

export const expectedWorkloads = [
  { kind: 'StatefulSet' as const, name: 'mlflow-postgresql', component: 'postgresql' },
  { kind: 'Deployment' as const, name: 'mlflow', component: 'server' },
]

const labels = (component: string) => ({ 'app.kubernetes.io/instance': 'mlflow', 'app.kubernetes.io/component': component })

/** A pod as the API has it. */
export function pod(name: string, owner: { kind: string; name: string; uid: string }, component: string, ready: boolean, waiting?: { reason: string; message: string }): KubeObject {
  const state = waiting ? { waiting } : ready ? { running: {} } : { waiting: { reason: 'ContainerCreating' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'mlflow', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '1970-01-01T00:16:40Z', labels: { ...labels(component), 'pod-template-hash': 'abc' }, ownerReferences: [{ ...owner, controller: true }] },
    spec: { containers: [{ name: 'main', image: 'ghcr.io/mlflow/mlflow:v3.81.0-full', readinessProbe: {}, livenessProbe: {} }] },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready ? 'True' : 'False' },
      ],
      containerStatuses: [{ name: 'main', ready, started: ready, restartCount: 0, image: '', imageID: ready ? 'x' : '', state }],
    },
  }
}

const statefulSet: KubeObject = {
  kind: 'StatefulSet',
  metadata: { name: 'mlflow-postgresql', uid: 'sts', generation: 1, resourceVersion: '1', labels: labels('postgresql') },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'a' },
}
const deployment = (ready: number): KubeObject => ({
  kind: 'Deployment',
  metadata: { name: 'mlflow', uid: 'dep', generation: 1, resourceVersion: String(1 + ready), labels: labels('server'), annotations: { 'deployment.kubernetes.io/revision': '1' } },
  spec: { replicas: 2 },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: ready, availableReplicas: ready },
})
const replicaSet: KubeObject = {
  kind: 'ReplicaSet',
  metadata: { name: 'mlflow-abc', uid: 'rs', resourceVersion: '1', labels: { 'pod-template-hash': 'abc' }, annotations: { 'deployment.kubernetes.io/revision': '1' }, ownerReferences: [{ kind: 'Deployment', name: 'mlflow', uid: 'dep', controller: true }] },
  spec: { replicas: 2 },
  status: { replicas: 2 },
}

const kinds = { Pod: 'Pod', StatefulSet: 'StatefulSet', Deployment: 'Deployment', ReplicaSet: 'ReplicaSet' } as const
const seen = (at: number, object: KubeObject): FlowEvent => ({ type: 'object', at, kind: kinds[object.kind as keyof typeof kinds], change: 'seen', object })
const owner = { rs: { kind: 'ReplicaSet', name: 'mlflow-abc', uid: 'rs' }, sts: { kind: 'StatefulSet', name: 'mlflow-postgresql', uid: 'sts' } }

/** Up to the first pods: prerequisites, Secrets, Helm. */
export function firstEvents(at: number): FlowEvent[] {
  return [
    { type: 'stage', at, stage: 'preflight', state: 'started' },
    ...someChecks.map((result): FlowEvent => ({ type: 'check', at: at + 100, result })),
    { type: 'stage', at: at + 200, stage: 'preflight', state: 'ended' },
    { type: 'stage', at: at + 200, stage: 'secrets', state: 'started' },
    { type: 'note', at: at + 250, text: 'namespace mlflow made' },
    { type: 'stage', at: at + 300, stage: 'secrets', state: 'ended' },
    { type: 'stage', at: at + 300, stage: 'helm', state: 'started' },
    { type: 'helm-line', at: at + 800, line: 'Release "mlflow" does not exist. Installing it now.' },
    { type: 'stage', at: at + 2000, stage: 'helm', state: 'ended' },
    { type: 'stage', at: at + 2000, stage: 'rollout', state: 'started' },
    seen(at + 2100, statefulSet),
    seen(at + 2100, deployment(0)),
    seen(at + 2100, replicaSet),
    ...(['Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'Job', 'Event'] as const).map((kind): FlowEvent => ({ type: 'synced', at: at + 2200, kind })),
    seen(at + 3000, pod('mlflow-postgresql-0', owner.sts, 'postgresql', true)),
  ]
}

/** A deploy on its way: the database is ready, the servers are not. */
export const rollingEvents = (at: number): FlowEvent[] => [
  ...firstEvents(at),
  seen(at + 4000, pod('mlflow-abc-fghij', owner.rs, 'server', true)),
  seen(at + 4000, pod('mlflow-abc-klmno', owner.rs, 'server', false)),
  { type: 'tick', at: at + 41_000 },
]

/** A deploy whose image does not exist. */
export function imageEvents(at: number): FlowEvent[] {
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image: manifest unknown: not found' }
  return [
    ...firstEvents(at),
    seen(at + 4000, pod('mlflow-abc-fghij', owner.rs, 'server', false, waiting)),
    seen(at + 4000, pod('mlflow-abc-klmno', owner.rs, 'server', false, waiting)),
    { type: 'tick', at: at + 5000 },
    { type: 'tick', at: at + 72_000 },
  ]
}

/** A deploy that becomes healthy, its smoke test included. */
export function happyEvents(at: number): FlowEvent[] {
  return [
    ...rollingEvents(at),
    { type: 'object', at: at + 45_000, kind: 'Pod', change: 'seen', object: { ...pod('mlflow-abc-klmno', owner.rs, 'server', true), metadata: { ...pod('mlflow-abc-klmno', owner.rs, 'server', true).metadata, resourceVersion: '9' } } },
    seen(at + 45_000, deployment(2)),
    { type: 'tick', at: at + 45_100 },
    { type: 'tick', at: at + 52_000 },
    { type: 'stage', at: at + 52_000, stage: 'rollout', state: 'ended', detail: 'healthy' },
    { type: 'stage', at: at + 52_000, stage: 'smoke', state: 'started' },
    ...smokeSteps.map(({ id }, i): FlowEvent => ({ type: 'smoke', at: at + 53_000 + i * 100, step: { step: id, ok: true, detail: '', ms: 40 } })),
    { type: 'stage', at: at + 55_000, stage: 'smoke', state: 'ended' },
  ]
}
