import { isOfWorkload, type Inventory, type KubeEvent } from '../inventory.js'
import type { KubeObject, WorkloadRow } from '../types.js'
import type { ClaimContext, ContainerContext, PodContext, ReleaseContext, WorkloadContext } from './rule.js'

/** `app.kubernetes.io/component` of an object. */
export const componentOf = (object: KubeObject) => object.metadata.labels?.['app.kubernetes.io/component'] ?? ''

export function releaseContext(inventory: Inventory, workloads: readonly WorkloadRow[]): ReleaseContext {
  const { namespace, release, fullname } = inventory.state.spec
  return { inventory, namespace, release, fullname, workloads }
}

export function podContext(base: ReleaseContext, pod: KubeObject): PodContext {
  return {
    ...base,
    pod,
    workload: base.inventory.owner(pod).workload,
    component: componentOf(pod),
    events: byTime(base.inventory.events(pod)),
  }
}

/** The containers of a pod that have a status, init containers first. */
export function containerContexts(c: PodContext): ContainerContext[] {
  const { spec, status } = c.pod
  return [
    ...pairs(spec?.initContainers, status?.initContainerStatuses).map((p) => containerContext(c, true, ...p)),
    ...pairs(spec?.containers, status?.containerStatuses).map((p) => containerContext(c, false, ...p)),
  ]
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- core/v1 Container and ContainerStatus as the API sends them
type Raw = Record<string, any>

function pairs(specs: Raw[] = [], statuses: Raw[] = []): [Raw, Raw][] {
  return specs.flatMap((spec) => statuses.filter((s) => s.name === spec.name).map((s): [Raw, Raw] => [spec, s]))
}

function containerContext(c: PodContext, isInit: boolean, spec: Raw, status: Raw): ContainerContext {
  const name = String(spec.name)
  const ended = status.state?.terminated ?? status.lastState?.terminated
  const isEnded = Boolean(status.state?.terminated)
  const present = c.inventory.log(c.pod.metadata.name, name, false)
  const previous = c.inventory.log(c.pod.metadata.name, name, true)
  const failed = isEnded ? [present, previous] : [previous, status.state?.running ? [] : present]
  return {
    ...c,
    name,
    isInit,
    spec,
    status,
    waiting: status.state?.waiting,
    running: status.state?.running,
    ended,
    isEnded,
    restarts: Number(status.restartCount ?? 0),
    containerEvents: c.events.filter((e) => e.container === undefined || e.container === name),
    log: present,
    failedLog: failed.find((lines) => lines.length > 0) ?? [],
  }
}

export function workloadContext(base: ReleaseContext, row: WorkloadRow, object: KubeObject): WorkloadContext {
  const { inventory } = base
  const replicaSet = row.kind === 'Deployment' ? inventory.currentReplicaSet(object) : undefined
  const events = [...inventory.events(object), ...(replicaSet ? inventory.events(replicaSet) : [])]
  const pods =
    row.kind === 'Job' ? inventory.all('Pod').filter((p) => isOfWorkload(inventory, p, row.id)) : inventory.currentPods(row.id)
  return { ...base, row, object, events: byTime(events), pods }
}

export function claimContext(base: ReleaseContext, claim: KubeObject): ClaimContext {
  const { inventory } = base
  const pods = inventory
    .all('Pod')
    .filter((p) => (p.spec?.volumes ?? []).some((v: Raw) => v.persistentVolumeClaim?.claimName === claim.metadata.name))
  const component = componentOf(claim) || (pods[0] ? componentOf(pods[0]) : '')
  return { ...base, claim, component, events: byTime(inventory.events(claim)), pods }
}

const byTime = (events: readonly KubeEvent[]) => [...events].sort((a, b) => a.lastAt - b.lastAt)
