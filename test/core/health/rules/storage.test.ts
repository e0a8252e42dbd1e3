import { describe, test } from 'vitest'
import { expectCause, expectNothing } from './expect.js'
import { claim, event, iso, pod, running } from '../../../fixtures/health/build.js'

const unschedulable = (message: string, shape: Parameters<typeof pod>[0] = {}) =>
  pod({
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: iso(0) }],
    status: { containerStatuses: undefined },
    ...shape,
  })

const dataVolume = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mlflow-postgresql-0' } }] }

const databasePod = (message: string) =>
  unschedulable(message, {
    component: 'postgresql',
    spec: { ...dataVolume, nodeName: undefined, containers: [{ name: 'postgresql' }] },
  })

describe('volumes', () => {
  const unbound = databasePod('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: none')
  test('no default StorageClass: the normal event of the claim and the pod are one cause', () => {
    const c = claim()
    const e = event(c, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set', {
      type: 'Normal',
      first: 1,
    })
    expectNothing(55, { objects: [unbound, c, e] })
    expectCause(
      65,
      { objects: [unbound, c, e] },
      {
        code: 'pvc-unbound',
        headline: 'mlflow-postgresql: claim data-mlflow-postgresql-0 has no volume: the cluster has no default StorageClass',
        remedy: 'mlflow-setup install --storage-class <name> (for this volume alone: postgresql.persistence.storageClass)',
      },
    )
  })
  test('an unknown class', () => {
    const c = claim('data-mlflow-postgresql-0', 'Pending', { storageClassName: 'fast' })
    expectCause(
      65,
      { objects: [c, event(c, 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', { first: 1 })] },
      { code: 'pvc-unbound', headline: 'StorageClass fast does not exist', permanent: true },
    )
  })
  test('a pod alone tells it too', () => {
    expectCause(65, { objects: [unbound] }, { code: 'pvc-unbound', headline: 'claim data-mlflow-postgresql-0 has no volume' })
  })
  test('waiting for the first consumer is normal', () => {
    const c = claim()
    expectNothing(290, {
      objects: [
        c,
        event(c, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', { type: 'Normal' }),
      ],
    })
  })
  test('a volume that another node still has, also when the events are gone', () => {
    const shared = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mlflow-postgresql-0' } }] }
    const creating = pod({ component: 'postgresql', spec: { ...shared, nodeName: 'node-2' }, metadata: { uid: 'new' } })
    const holder = pod({
      component: 'backup',
      name: 'mlflow-backup-29-q',
      state: running(),
      ready: true,
      spec: { ...shared, nodeName: 'node-1' },
    })
    expectNothing(85, { objects: [creating, holder] })
    expectCause(
      95,
      { objects: [creating, holder] },
      { code: 'mount-failed', headline: 'Multi-Attach, held by pod mlflow-backup-29-q', remedy: 'delete pod mlflow-backup-29-q' },
    )
    const e = event(
      creating,
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-0c4a" Volume is already used by pod(s) mlflow-58d4f7c9b8-q2zzd',
    )
    expectCause(96, { objects: [creating, e] }, { code: 'mount-failed', headline: 'held by pod mlflow-58d4f7c9b8-q2zzd' })
  })
  test('a missing Secret in a mount', () => {
    const p = pod()
    const situation = {
      objects: [
        p,
        event(p, 'FailedMount', 'MountVolume.SetUp failed for volume "keys" : secret "mlflow-secret" not found', { first: 1 }),
      ],
    }
    expectNothing(85, situation)
    expectCause(95, situation, { code: 'mount-failed', headline: 'mlflow: Secret mlflow-secret does not exist', permanent: true })
  })
})

describe('network of the pod', () => {
  test('a sandbox that cannot be made', () => {
    const p = pod({
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'PodReadyToStartContainers', status: 'False' },
      ],
    })
    const situation = {
      objects: [
        p,
        event(
          p,
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: plugin type="aws-cni" failed (add): failed to assign an IP address to container',
          { first: 1 },
        ),
      ],
    }
    expectNothing(55, situation)
    expectCause(65, situation, { code: 'sandbox', headline: 'node node-1 has no pod addresses left' })
  })
})
