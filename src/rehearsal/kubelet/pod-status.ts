import { nextAddress } from '../admission/defaults.js'
import { timestamp } from '../clock.js'
import type { Json } from '../json.js'
import type { ContainerRun } from './container.js'

/** What the kubelet remembers of a pod. */
export interface PodRun {
  startedAt: number
  /** Volumes are there. */
  mounted: boolean
  mountAt: number
  mountTries: number
  killAt?: number
  init: ContainerRun[]
  main: ContainerRun[]
}

/** The pod's status from its containers. */
export function podStatus(pod: Json, run: PodRun, now: number): Json {
  const isInitialized = run.init.every((c) => c.letsPass)
  const initStatuses = run.init.map((c) => c.status(true))
  const statuses = run.main.map((c) => c.status(!isInitialized))
  const phase = phaseOf(run)
  const isDone = phase === 'Succeeded' || phase === 'Failed'
  const unready = [...statuses, ...initStatuses.filter((_, i) => run.init[i]!.isSidecar)]
    .filter((s) => !s.ready)
    .map((s) => s.name)
  const incomplete = run.init.filter((c) => !c.letsPass).map((c) => c.spec.name)
  const condition = (type: string, ok: boolean, reason?: string, message?: string) => {
    const old = pod.status.conditions?.find((c: Json) => c.type === type)
    const status = ok ? 'True' : 'False'
    const since = old?.status === status ? old.lastTransitionTime : timestamp(now)
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: since,
      ...(ok ? {} : { reason, ...(message ? { message } : {}) }),
    }
  }
  const notReady = [
    isDone ? 'PodCompleted' : 'ContainersNotReady',
    isDone ? undefined : `containers with unready status: [${unready.join(' ')}]`,
  ] as const
  const podIP = pod.status.podIP ?? (run.mounted ? nextAddress('10.244') : undefined)
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', run.mounted && !isDone),
      condition(
        'Initialized',
        isInitialized,
        'ContainersNotInitialized',
        `containers with incomplete status: [${incomplete.join(' ')}]`,
      ),
      condition('Ready', unready.length === 0, ...notReady),
      condition('ContainersReady', unready.length === 0, ...notReady),
      condition('PodScheduled', true),
    ],
    hostIP: '192.0.2.10',
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: timestamp(run.startedAt),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses,
    qosClass: pod.status.qosClass,
  }
}

function phaseOf({ init, main }: PodRun): string {
  const codes = main.map((c) => c.exitCode)
  if (init.some((c) => !c.isSidecar && (c.exitCode ?? 0) !== 0)) return 'Failed'
  if (codes.every((code) => code !== undefined)) return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed'
  return main.some((c) => c.hasStarted) ? 'Running' : 'Pending'
}
