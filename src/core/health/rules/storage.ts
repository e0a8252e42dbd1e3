import { isReady, timeOf } from '../inventory.js'
import type { KubeObject } from '../types.js'
import { missingReference } from './config.js'
import { describePod, storageValues } from './remedies.js'
import { claimsOf } from './scheduling.js'
import { lastEvent, type ClaimContext, type Match, type PodContext, type Rule } from './rule.js'

/** Claims without a volume. Waiting for the first consumer is normal and has no such event. */
export const claimRules: readonly Rule<ClaimContext>[] = [
  {
    code: 'pvc-unbound',
    graceMs: 60_000,
    permanent: false,
    match(c) {
      if (c.claim.status?.phase === 'Lost') {
        return {
          headline: `claim ${c.claim.metadata.name} has lost its volume`,
          remedy: 'restore a backup into a new volume',
          permanent: true,
        }
      }
      if (c.claim.status?.phase === 'Bound') return undefined
      const event = lastEvent(c.events, (e) => e.reason === 'ProvisioningFailed' || e.reason === 'FailedBinding')
      if (!event) return undefined
      return { key: c.claim.metadata.name, evidence: [event.message], at: event.firstAt, ...explainClaim(event.message, c) }
    },
  },
]

function explainClaim(message: string, c: ClaimContext): Match {
  const name = c.claim.metadata.name
  const cls = String(c.claim.spec?.storageClassName ?? '')
  const own = storageValues(c)
  const choose = `kubectl get storageclass; then: mlflow-setup install --storage-class <name>${own ? ` (for this volume alone: ${own}.storageClass)` : ''}`
  if (/no storage class is set/.test(message))
    return { headline: `claim ${name} has no volume: the cluster has no default StorageClass`, remedy: choose }
  const unknown = /storageclass[\w.]* "([^"]+)" not found/i.exec(message)
  if (unknown) return { headline: `claim ${name}: StorageClass ${unknown[1]} does not exist`, remedy: choose, permanent: true }
  return {
    headline: `claim ${name} has no volume: ${message.slice(0, 160)}`,
    remedy: cls ? `check the provisioner of StorageClass ${cls}: kubectl describe storageclass ${cls}` : choose,
  }
}

/** Pods that have a node and wait for their volumes. */
export const mountRules: readonly Rule<PodContext>[] = [
  {
    code: 'mount-failed',
    graceMs: 90_000,
    permanent: false,
    match(c) {
      if (!isWaitingForVolumes(c.pod)) return undefined
      const events = c.events.filter((e) => e.reason === 'FailedMount' || e.reason === 'FailedAttachVolume')
      const attach = lastEvent(events, (e) => /Multi-Attach/.test(e.message))
      const event =
        attach ??
        lastEvent(events, (e) => missingReference(e.message, c.namespace) !== undefined) ??
        lastEvent(events, () => true)
      // Events live for an hour; two pods on two nodes with the same claim tell the same for longer.
      const holder = attach || !event ? otherHolder(c) : undefined
      if (attach || holder) return heldElsewhere(c, holder, attach)
      if (!event) return undefined
      const missing = missingReference(event.message, c.namespace)
      return {
        key: missing?.headline ?? 'mount',
        at: event.firstAt,
        evidence: [event.message],
        ...(missing
          ? { ...missing, permanent: true }
          : { headline: `a volume cannot be mounted: ${event.message.slice(0, 160)}`, remedy: describePod(c) }),
      }
    },
  },
]

const isWaitingForVolumes = (pod: KubeObject) => {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return (
    Boolean(pod.spec?.nodeName) &&
    pod.status?.phase === 'Pending' &&
    !statuses.some((s) => s.state?.running || s.state?.terminated || s.imageID)
  )
}

/** A pod on another node that has the same claim, whose volume may be attached to one node only. */
function otherHolder(c: PodContext): KubeObject | undefined {
  const claims = claimsOf(c).filter((name) => {
    const modes: string[] = c.inventory.named('PersistentVolumeClaim', name)?.spec?.accessModes ?? ['ReadWriteOnce']
    return !modes.includes('ReadWriteMany')
  })
  return c.inventory
    .all('Pod')
    .find(
      (other) =>
        other.metadata.uid !== c.pod.metadata.uid &&
        other.spec?.nodeName !== c.pod.spec?.nodeName &&
        isAlive(other) &&
        claimsOf({ pod: other }).some((name) => claims.includes(name)),
    )
}

const isAlive = (pod: KubeObject) => isReady(pod) || pod.status?.phase === 'Running'

function heldElsewhere(
  c: PodContext,
  holder: KubeObject | undefined,
  event: { message: string; firstAt: number } | undefined,
): Match {
  const name = holder?.metadata.name ?? /used by pod\(s\) (\S+)/.exec(event?.message ?? '')?.[1]
  return {
    headline: `volume ${claimsOf(c).join(', ')} is still attached to another node (Multi-Attach${name ? `, held by pod ${name}` : ''})`,
    key: 'multi-attach',
    at: event?.firstAt ?? (timeOf(c.pod.status?.startTime) || undefined),
    evidence: event ? [event.message] : [`pod ${name} on node ${holder?.spec?.nodeName} mounts the same claim`],
    remedy: `the old pod must end first: kubectl -n ${c.namespace} delete pod ${name ?? '<old pod>'}`,
  }
}
