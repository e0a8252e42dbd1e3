import type { WatchEvent } from '../../src/core/events.js'
import type { KubeObject, WatchedKind } from '../../src/core/health/types.js'
import type { Plan } from '../../src/core/plan/types.js'
import { FakeCluster } from './cluster.js'
import type { JumpingClock } from './clock.js'

const labels = { 'app.kubernetes.io/instance': 'mlflow', 'app.kubernetes.io/component': 'server' }
export const image = 'ghcr.io/mlflow/mlflow:v3.18.0-full'
export const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: mlflow, labels: { app.kubernetes.io/component: server } }
spec: { template: { metadata: { labels: {} }, spec: { containers: [{ name: mlflow, image: "${image}" }] } } }
`
export const plan: Plan = {
  target: { context: 'fake', namespace: 'ml', release: 'mlflow' },
  mode: 'install',
  fullname: 'mlflow',
  answers: { 'auth.enabled': true, 'auth.username': 'admin', 'access.mode': 'port-forward' },
  provenance: {},
  valuesText: 'secrets:\n  existingSecret: mlflow-secret\n',
  valuesFile: '/work/mlflow-values.yaml',
  changes: [],
  secrets: [{ name: 'mlflow-secret', type: 'Opaque', keys: [{ key: 'admin-password', generate: 'password' }] }],
  warnings: [],
}

/** A cluster whose checks pass, with the release's objects in its watch. */
export class LiveCluster extends FakeCluster {
  live: { kind: WatchedKind; object: KubeObject }[] = []
  smokeLines: string[] = []
  constructor(private readonly clock: JumpingClock) {
    super()
    this.replies.set('GET /version', () => ({ gitVersion: 'v1.34.4' }))
    this.replies.set('GET /apis', () => ({ groups: [{ name: 'metrics.k8s.io' }] }))
    this.replies.set('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', () => ({ status: { allowed: true } }))
    this.replies.set('GET /apis/storage.k8s.io/v1/storageclasses', () => ({
      items: [{ metadata: { name: 'std', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } }],
    }))
    this.replies.set('GET /apis/networking.k8s.io/v1/ingressclasses', () => ({ items: [] }))
    this.replies.set('GET /api/v1/namespaces/ml/persistentvolumeclaims', () => ({ items: [] }))
  }
  override async *watch(_request?: unknown, signal?: AbortSignal): AsyncIterable<WatchEvent> {
    const at = () => this.clock.now()
    for (const { kind, object } of this.live) yield { type: 'object', at: at(), kind, change: 'seen', object }
    for (const kind of [
      'Pod',
      'Deployment',
      'StatefulSet',
      'ReplicaSet',
      'Job',
      'PersistentVolumeClaim',
      'HorizontalPodAutoscaler',
      'Event',
    ] as const)
      yield { type: 'synced', at: at(), kind }
    if (!signal?.aborted) await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
  }
  override logs(): Promise<string[]> {
    return Promise.resolve(this.smokeLines)
  }
}

function serverObjects(pod: object, available: boolean): LiveCluster['live'] {
  const meta = (kind: string, name: string, owner?: [string, string]) => ({
    name,
    namespace: 'ml',
    uid: `${kind}-${name}`,
    resourceVersion: '5',
    generation: 1,
    creationTimestamp: '2027-01-15T08:00:00Z',
    labels: { ...labels, 'pod-template-hash': 'abc' },
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    ...(owner ? { ownerReferences: [{ kind: owner[0], name: owner[1], uid: `${owner[0]}-${owner[1]}`, controller: true }] } : {}),
  })
  const template = { spec: { containers: [{ name: 'mlflow', image }] } }
  const n = available ? 1 : 0
  return [
    {
      kind: 'Deployment',
      object: {
        kind: 'Deployment',
        metadata: meta('Deployment', 'mlflow'),
        spec: { replicas: 1, template },
        status: {
          observedGeneration: 1,
          replicas: 1,
          updatedReplicas: 1,
          readyReplicas: n,
          availableReplicas: n,
          conditions: [
            { type: 'Available', status: available ? 'True' : 'False' },
            { type: 'Progressing', status: 'True', reason: available ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated' },
          ],
        },
      },
    },
    {
      kind: 'ReplicaSet',
      object: {
        kind: 'ReplicaSet',
        metadata: meta('ReplicaSet', 'mlflow-abc', ['Deployment', 'mlflow']),
        spec: { replicas: 1 },
        status: { replicas: 1, readyReplicas: n },
      },
    },
    {
      kind: 'Pod',
      object: {
        kind: 'Pod',
        metadata: meta('Pod', 'mlflow-abc-1', ['ReplicaSet', 'mlflow-abc']),
        spec: { ...template.spec, nodeName: 'node1' },
        ...pod,
      },
    },
  ]
}
export const running = serverObjects(
  {
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'PodScheduled', status: 'True' },
      ],
      containerStatuses: [{ name: 'mlflow', image, ready: true, started: true, restartCount: 0, state: { running: {} } }],
    },
  },
  true,
)
export const noImage = serverObjects(
  {
    status: {
      phase: 'Pending',
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'PodScheduled', status: 'True' },
      ],
      containerStatuses: [
        {
          name: 'mlflow',
          image,
          ready: false,
          started: false,
          restartCount: 0,
          state: {
            waiting: {
              reason: 'ImagePullBackOff',
              message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
            },
          },
        },
      ],
    },
  },
  false,
)
