import { describe, expect, test } from 'vitest'
import { causesAt, expectCause, expectNothing } from './expect.js'
import { changed, claim, currentDeployment, deployment, event, iso, job, pod, replicaSet, running, statefulSet, waiting } from '../../../fixtures/health/build.js'
import type { KubeObject } from '../../../../src/core/health/types.js'

const unschedulable = (message: string, shape: Parameters<typeof pod>[0] = {}) =>
  pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: iso(0) }], status: { containerStatuses: undefined }, ...shape })
const dataVolume = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mlflow-postgresql-0' } }] }
const databasePod = (message: string) => unschedulable(message, { component: 'postgresql', spec: { ...dataVolume, nodeName: undefined, containers: [{ name: 'postgresql' }] } })

describe('pods that no node takes', () => {
  test('too little memory, after three minutes', () => {
    const p = unschedulable('0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: 0/3 nodes are available', { container: { resources: { requests: { memory: '2Gi' } } } })
    expectNothing(170, { objects: [p] })
    expectCause(185, { objects: [p] }, { code: 'unschedulable-resources', headline: 'mlflow: no node has enough free memory (requests 2Gi)', remedy: 'resources.requests.memory', permanent: false })
  })
  test('an autoscaler that has promised a node gets ten minutes', () => {
    const p = unschedulable('0/1 nodes are available: 1 Insufficient cpu.')
    const promise = event(p, 'TriggeredScaleUp', 'pod triggered scale-up', { type: 'Normal', first: 10 })
    expectNothing(500, { objects: [p, promise] })
    expectCause(620, { objects: [p, promise] }, { code: 'unschedulable-resources', headline: /free cpu/, evidence: 'an autoscaler has promised a node' })
    expectCause(185, { objects: [p, promise, event(p, 'NotTriggerScaleUp', "pod didn't trigger scale-up", { first: 40 })] }, { code: 'unschedulable-resources', headline: /free cpu/ })
  })
  test('taints: named, and told apart from sick nodes', () => {
    const tainted = { objects: [unschedulable('0/2 nodes are available: 2 node(s) had untolerated taint {gpu: true}.')] }
    expectNothing(55, tainted)
    expectCause(65, tainted, { code: 'unschedulable-taint', headline: 'a taint that the pod does not tolerate: gpu: true' })
    expectCause(65, { objects: [unschedulable('0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.')] }, { code: 'unschedulable-taint', headline: 'the nodes are not fit: disk-pressure' })
  })
  test('affinity', () => {
    const situation = { objects: [unschedulable("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.")] }
    expectNothing(55, situation)
    expectCause(65, situation, { code: 'unschedulable-affinity', headline: /pod anti-affinity rules/, remedy: 'mlflow-setup install --replicas' })
  })
  test('a volume in another zone: more nodes do not help', () => {
    const p = databasePod('0/6 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 1 Insufficient memory, 4 node(s) had volume node affinity conflict.')
    const cause = expectCause(25, { objects: [p] }, { code: 'pvc-zone', headline: 'mlflow-postgresql: claim data-mlflow-postgresql-0 is tied to a zone', permanent: true })
    expect(cause.remedy).toContain('more nodes elsewhere do not help')
    expectNothing(15, { objects: [p] })
  })
  test('a pod that just waits for its turn', () => {
    expectNothing(250, { objects: [pod({ conditions: [], status: { containerStatuses: undefined } })] })
  })
})

describe('volumes', () => {
  const unbound = databasePod('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: none')
  test('no default StorageClass: the normal event of the claim and the pod are one cause', () => {
    const c = claim()
    const e = event(c, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set', { type: 'Normal', first: 1 })
    expectNothing(55, { objects: [unbound, c, e] })
    expectCause(65, { objects: [unbound, c, e] }, { code: 'pvc-unbound', headline: 'mlflow-postgresql: claim data-mlflow-postgresql-0 has no volume: the cluster has no default StorageClass', remedy: 'mlflow-setup install --storage-class <name> (for this volume alone: postgresql.persistence.storageClass)' })
  })
  test('an unknown class', () => {
    const c = claim('data-mlflow-postgresql-0', 'Pending', { storageClassName: 'fast' })
    expectCause(65, { objects: [c, event(c, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', { first: 1 })] }, { code: 'pvc-unbound', headline: 'StorageClass fast does not exist', permanent: true })
  })
  test('a pod alone tells it too', () => {
    expectCause(65, { objects: [unbound] }, { code: 'pvc-unbound', headline: 'claim data-mlflow-postgresql-0 has no volume' })
  })
  test('waiting for the first consumer is normal', () => {
    const c = claim()
    expectNothing(290, { objects: [c, event(c, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', { type: 'Normal' })] })
  })
  test('a volume that another node still has, also when the events are gone', () => {
    const shared = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mlflow-postgresql-0' } }] }
    const creating = pod({ component: 'postgresql', spec: { ...shared, nodeName: 'node-2' }, metadata: { uid: 'new' } })
    const holder = pod({ component: 'backup', name: 'mlflow-backup-29-q', state: running(), ready: true, spec: { ...shared, nodeName: 'node-1' } })
    expectNothing(85, { objects: [creating, holder] })
    expectCause(95, { objects: [creating, holder] }, { code: 'mount-failed', headline: 'Multi-Attach, held by pod mlflow-backup-29-q', remedy: 'delete pod mlflow-backup-29-q' })
    const e = event(creating, 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-0c4a" Volume is already used by pod(s) mlflow-58d4f7c9b8-q2zzd')
    expectCause(96, { objects: [creating, e] }, { code: 'mount-failed', headline: 'held by pod mlflow-58d4f7c9b8-q2zzd' })
  })
  test('a missing Secret in a mount', () => {
    const p = pod()
    const situation = { objects: [p, event(p, 'FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "mlflow-secret" not found', { first: 1 })] }
    expectNothing(85, situation)
    expectCause(95, situation, { code: 'mount-failed', headline: 'mlflow: Secret mlflow-secret does not exist', permanent: true })
  })
})

describe('network of the pod', () => {
  test('a sandbox that cannot be made', () => {
    const p = pod({ conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'PodReadyToStartContainers', status: 'False' }] })
    const situation = { objects: [p, event(p, 'FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="aws-cni" failed (add): failed to assign an IP address to container', { first: 1 })] }
    expectNothing(55, situation)
    expectCause(65, situation, { code: 'sandbox', headline: 'node node-1 has no pod addresses left' })
  })
})

describe('pods that are not let in', () => {
  const rs = replicaSet()
  const refusedBy = (message: string): { objects: KubeObject[] } => ({ objects: [deployment(), rs, event(rs, 'FailedCreate', `Error creating: pods "mlflow-abc-q" is forbidden: ${message}`, { first: 1 })] })

  test('quota: the figures, at once, also from the condition alone', () => {
    const text = 'exceeded quota: team, requested: limits.memory=2Gi,requests.cpu=500m, used: limits.memory=7Gi,requests.cpu=2, limited: limits.memory=8Gi,requests.cpu=2'
    const wanted = { code: 'quota', headline: 'mlflow: quota team is used up: asked limits.memory=2Gi,requests.cpu=500m, used limits.memory=7Gi,requests.cpu=2, limit limits.memory=8Gi,requests.cpu=2', permanent: true }
    expectCause(1, refusedBy(text), wanted)
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: `pods "x" is forbidden: ${text}` }
    expectCause(1, { objects: [deployment({ conditions: [condition] })] }, wanted)
  })
  test('quota that wants values', () => {
    expectCause(1, refusedBy('failed quota: team: must specify limits.memory for: mlflow; requests.cpu for: mlflow'), { code: 'quota', headline: /quota team wants values for limits\.memory/, remedy: 'resources.limits.memory, resources.requests.cpu' })
  })
  test('a refusal that a success followed is over', () => {
    const { objects } = refusedBy('exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5')
    expectNothing(1, { objects: [...objects, event(rs, 'SuccessfulCreate', 'Created pod: mlflow-abc-x1', { first: 3, type: 'Normal' })] })
  })
  test('what an older ReplicaSet was refused does not count', () => {
    const old = changed(rs, (o) => {
      o.metadata.name = 'mlflow-old'
      o.metadata.uid = 'old'
      o.metadata.annotations['deployment.kubernetes.io/revision'] = '0'
    })
    expectNothing(1, { objects: [deployment(), rs, old, event(old, 'FailedCreate', 'exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5')] })
  })
  test('limit range', () => {
    expectCause(1, refusedBy('[maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum cpu usage per Container is 1, but limit is 2]'), { code: 'limit-range', headline: 'maximum memory usage per Container is 1Gi, but limit is 2Gi', remedy: 'describe limitrange' })
  })
  test('Pod Security lists each field', () => {
    const cause = expectCause(1, refusedBy('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers "init", "mlflow" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "mlflow" must set securityContext.runAsNonRoot=true)'), { code: 'pod-security', headline: 'Pod Security "restricted:latest" refuses the pod: allowPrivilegeEscalation != false, runAsNonRoot != true', permanent: true })
    expect(cause.evidence).toHaveLength(2)
  })
  test('OpenShift names its range', () => {
    expectCause(1, refusedBy('unable to validate against any security context constraint: [provider restricted-v2: .containers[0].runAsUser: Invalid value: 1000: must be in the ranges: [1000770000, 1000779999]]'), { code: 'pod-security', headline: 'user ids must be in [1000770000, 1000779999]' })
  })
  test('webhooks: a refusal at once, one that does not answer after a minute', () => {
    expectCause(1, refusedBy('admission webhook "validate.kyverno.svc" denied the request: no label team'), { code: 'webhook-denied', headline: 'admission webhook validate.kyverno.svc refuses the pod: no label team' })
    const down = refusedBy('Internal error occurred: failed calling webhook "inject.istio.io": connection refused')
    expectNothing(55, down)
    expectCause(65, down, { code: 'webhook-down', headline: 'admission webhook inject.istio.io does not answer' })
  })
  test('a missing ServiceAccount', () => {
    const situation = refusedBy('error looking up service account ml/mlflow: serviceaccount "mlflow" not found')
    expectNothing(25, situation)
    expectCause(35, situation, { code: 'sa-missing', headline: 'ServiceAccount mlflow does not exist' })
  })
  test('a StatefulSet and a Job, which have no such condition', () => {
    const set = statefulSet('mlflow-postgresql')
    expectCause(1, { objects: [set, event(set, 'FailedCreate', 'create Pod mlflow-postgresql-0 in StatefulSet mlflow-postgresql failed error: pods "mlflow-postgresql-0" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2')] }, { code: 'quota', headline: 'mlflow-postgresql: quota q is used up' })
    const j = job()
    expectCause(1, { objects: [j, event(j, 'FailedCreate', 'Error creating: pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)')] }, { code: 'pod-security', headline: 'mlflow-migrate-1a2b: Pod Security' })
  })
})

describe('nodes', () => {
  test('an eviction is a note with the limit', () => {
    const p = pod({ phase: 'Failed', status: { phase: 'Failed', reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ' } })
    expect(causesAt(1, { objects: [p] })).toMatchObject([{ code: 'evicted', note: true, permanent: false, headline: 'mlflow: evicted: its ephemeral storage exceeds the limit 2Gi' }])
  })
  test('a full /tmp names its value', () => {
    const p = pod({ phase: 'Failed', status: { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "tmp" exceeds the limit "10Gi". ' } })
    expect(causesAt(1, { objects: [p] })).toMatchObject([{ code: 'evicted', headline: 'mlflow: evicted: its volume tmp exceeds 10Gi', remedy: expect.stringContaining('set tmpSize') }])
  })
  test('a pod on a lost node: no advice to delete by force', () => {
    const p = pod({
      component: 'postgresql', state: running(), ready: true, metadata: { deletionTimestamp: iso(0) },
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting' }, { type: 'Ready', status: 'False', lastTransitionTime: iso(-300) }],
    })
    expectNothing(50, { objects: [p] })
    const cause = expectCause(65, { objects: [p] }, { code: 'node-lost', headline: `node node-1 is unreachable since ${iso(-300)}` })
    expect(cause.remedy).not.toContain('--force')
  })
  test('a pod that simply ends', () => {
    expectNothing(300, { objects: [pod({ state: running(), metadata: { deletionTimestamp: iso(0) } })] })
  })
})

describe('rollouts', () => {
  const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "mlflow-abc" has timed out progressing.' }
  test('a passed deadline is told when nothing else is known', () => {
    expectCause(1, { objects: [deployment({ conditions: [late], readyReplicas: 1 })] }, { code: 'progress-deadline', headline: 'no progress for 600 s (1 of 2 pods are ready)', permanent: true })
    const p = pod({ state: waiting('ImagePullBackOff', 'not found') })
    expect(causesAt(25, { objects: [deployment({ conditions: [late] }), p] }).map((c) => c.code)).toEqual(['image-not-found'])
  })
  test('an autoscaler without metrics is a note', () => {
    const hpa: KubeObject = {
      kind: 'HorizontalPodAutoscaler', metadata: { name: 'mlflow', uid: 'h', resourceVersion: '5', creationTimestamp: iso(0) }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'mlflow' } },
      status: { conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'unable to get metrics for resource cpu' }] },
    }
    expectNothing(170, { objects: [currentDeployment(), hpa] })
    expect(causesAt(185, { objects: [currentDeployment(), hpa] })).toMatchObject([{ code: 'hpa-no-metrics', note: true }])
  })
})

test('a backup that fails beside the rollout is a note; pods of other releases do not count', () => {
  const backup = pod({ component: 'backup', state: waiting('ImagePullBackOff', 'not found'), image: 'docker.io/rclone/rclone:0' })
  expect(causesAt(25, { objects: [backup] })).toMatchObject([{ code: 'image-not-found', note: true }])
  const stranger = pod({ name: 'other-1', metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'other', uid: 'o' }], labels: {} }, state: waiting('ImagePullBackOff', 'not found') })
  expectNothing(25, { objects: [stranger] })
})

test('what others wait for comes first', () => {
  const server = pod({ state: waiting('CreateContainerConfigError', 'secret "mlflow-secret" not found') })
  const database = pod({ component: 'postgresql', image: 'docker.io/library/postgres:99', state: waiting('ImagePullBackOff', 'not found') })
  expect(causesAt(30, { objects: [server, database] }).map((c) => c.headline)).toEqual(['mlflow-postgresql: image docker.io/library/postgres:99 does not exist', 'mlflow: Secret mlflow-secret does not exist'])
})
