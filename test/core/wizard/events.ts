import type { CheckResult } from '../../../src/core/checks/types.js'
import type { FlowEvent } from '../../../src/core/events.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import { smokeSteps } from '../../../src/core/smoke/steps.js'

export const check = (
  id: string,
  state: CheckResult['state'],
  evidence: string,
  remedy?: CheckResult['remedy'],
): CheckResult => ({ id, title: id, state, evidence, ms: 3, ...(remedy ? { remedy } : {}) })

export const someChecks: CheckResult[] = [
  check('helm', 'pass', 'helm 4.1.4'),
  check('cluster', 'pass', 'cluster answers in 38 ms, Kubernetes 1.35.0'),
  check('metrics-server', 'warn', 'metrics-server is missing: the autoscaler cannot see load', {
    text: 'Install it.',
    command: 'kubectl apply -f components.yaml',
  }),
  check('storage-class', 'pass', 'default StorageClass local-path'),
]

export const expectedWorkloads = [
  { kind: 'StatefulSet' as const, name: 'mlflow-postgresql', component: 'postgresql' },
  { kind: 'Deployment' as const, name: 'mlflow', component: 'server' },
]

const labels = (component: string) => ({ 'app.kubernetes.io/instance': 'mlflow', 'app.kubernetes.io/component': component })

/** A pod as the API has it. */
export function pod(
  name: string,
  owner: { kind: string; name: string; uid: string },
  component: string,
  ready: boolean,
  waiting?: { reason: string; message: string },
): KubeObject {
  const state = waiting ? { waiting } : ready ? { running: {} } : { waiting: { reason: 'ContainerCreating' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'mlflow',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: '1970-01-01T00:16:40Z',
      labels: { ...labels(component), 'pod-template-hash': 'abc' },
      ownerReferences: [{ ...owner, controller: true }],
    },
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
  metadata: {
    name: 'mlflow',
    uid: 'dep',
    generation: 1,
    resourceVersion: String(1 + ready),
    labels: labels('server'),
    annotations: { 'deployment.kubernetes.io/revision': '1' },
  },
  spec: { replicas: 2 },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: ready, availableReplicas: ready },
})
const replicaSet: KubeObject = {
  kind: 'ReplicaSet',
  metadata: {
    name: 'mlflow-abc',
    uid: 'rs',
    resourceVersion: '1',
    labels: { 'pod-template-hash': 'abc' },
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    ownerReferences: [{ kind: 'Deployment', name: 'mlflow', uid: 'dep', controller: true }],
  },
  spec: { replicas: 2 },
  status: { replicas: 2 },
}

const kinds = { Pod: 'Pod', StatefulSet: 'StatefulSet', Deployment: 'Deployment', ReplicaSet: 'ReplicaSet' } as const
const seen = (at: number, object: KubeObject): FlowEvent => ({
  type: 'object',
  at,
  kind: kinds[object.kind as keyof typeof kinds],
  change: 'seen',
  object,
})
const owner = {
  rs: { kind: 'ReplicaSet', name: 'mlflow-abc', uid: 'rs' },
  sts: { kind: 'StatefulSet', name: 'mlflow-postgresql', uid: 'sts' },
}

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
    ...(['Pod', 'Deployment', 'StatefulSet', 'ReplicaSet', 'Job', 'Event'] as const).map((kind): FlowEvent => ({
      type: 'synced',
      at: at + 2200,
      kind,
    })),
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
    {
      type: 'object',
      at: at + 45_000,
      kind: 'Pod',
      change: 'seen',
      object: {
        ...pod('mlflow-abc-klmno', owner.rs, 'server', true),
        metadata: { ...pod('mlflow-abc-klmno', owner.rs, 'server', true).metadata, resourceVersion: '9' },
      },
    },
    seen(at + 45_000, deployment(2)),
    { type: 'tick', at: at + 45_100 },
    { type: 'tick', at: at + 52_000 },
    { type: 'stage', at: at + 52_000, stage: 'rollout', state: 'ended', detail: 'healthy' },
    { type: 'stage', at: at + 52_000, stage: 'smoke', state: 'started' },
    ...smokeSteps.map(({ id }, i): FlowEvent => ({
      type: 'smoke',
      at: at + 53_000 + i * 100,
      step: { step: id, ok: true, detail: '', ms: 40 },
    })),
    { type: 'stage', at: at + 55_000, stage: 'smoke', state: 'ended' },
  ]
}
