import type { Json } from '../json.js'
import type { Control } from './context.js'

const protection = 'kubernetes.io/pvc-protection'
const component = 'persistentvolume-controller'

/** Provisions a volume for each claim, and lets go of claims that nobody uses. */
export function volumes(control: Control): void {
  for (const claim of control.store.ofKind('PersistentVolumeClaim')) {
    if (claim.metadata.deletionTimestamp) release(control, claim)
    else if (claim.status?.phase !== 'Bound') provision(control, claim)
  }
}

function release({ store, edit, remove }: Control, claim: Json): void {
  const { name, namespace, uid } = claim.metadata
  const isUsed = store
    .ofKind('Pod', namespace)
    .some((p) => p.spec.volumes?.some((v: Json) => v.persistentVolumeClaim?.claimName === name))
  if (isUsed) return
  edit(claim, (o) => (o.metadata.finalizers = (o.metadata.finalizers ?? []).filter((f: string) => f !== protection)))
  const volume = store.ofKind('PersistentVolume').find((v) => v.spec.claimRef?.uid === uid)
  if (volume) remove(volume)
}

function provision(control: Control, claim: Json): void {
  const { store, now, memo, delay, wakeAt, create, edit, event } = control
  const { storageClassName, resources, accessModes } = claim.spec
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string, from = component) =>
    event(claim, { type, reason, message, component: from })
  if (!storageClassName)
    return tell('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
  const storageClass = store.find('StorageClass', undefined, storageClassName)
  if (!storageClass) return tell('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${storageClassName}" not found`)
  const { provisioner, reclaimPolicy } = storageClass
  const failure = control.provisioningError(claim)
  if (failure) {
    const retry = `retry provisioning ${claim.metadata.uid}`
    const { until = 0, tries = 0 } = memo.get(retry) ?? {}
    if (now < until) return wakeAt(until)
    // As the external provisioner: 1 s, doubled up to 5 min.
    const next = now + delay(Math.min(1000 * 2 ** tries, 300_000))
    memo.set(retry, { until: next, tries: tries + 1 })
    wakeAt(next)
    const { namespace, name } = claim.metadata
    tell('Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${namespace}/${name}"`, provisioner)
    return tell(
      'Warning',
      'ProvisioningFailed',
      `failed to provision volume with StorageClass "${storageClassName}": ${failure}`,
      provisioner,
    )
  }
  const key = `provision ${claim.metadata.uid}`
  const at = memo.get(key) ?? now + delay(50)
  memo.set(key, at)
  if (now < at) return wakeAt(at)
  const name = `pvc-${claim.metadata.uid}`
  const { uid, namespace } = claim.metadata
  const capacity = { storage: resources.requests.storage }
  create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      capacity,
      accessModes,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: claim.metadata.name, uid },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName,
      csi: { driver: provisioner, volumeHandle: name },
    },
  })
  const bind = (o: Json) => {
    o.spec.volumeName = name
    o.metadata.annotations = { ...o.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' }
    o.status = { phase: 'Bound', accessModes, capacity }
  }
  edit(claim, bind, { part: 'all' })
  tell('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`, provisioner)
}
