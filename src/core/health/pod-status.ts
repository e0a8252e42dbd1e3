import type { KubeObject } from './types.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- core/v1 ContainerStatus as the API sends it
type Raw = Record<string, any>

const isSidecar = (pod: KubeObject, name: string) =>
  (pod.spec?.initContainers ?? []).some((c: Raw) => c.name === name && c.restartPolicy === 'Always')

/** The pod in one word as kubectl shows it: Running, Pending, Init 0/1, CrashLoopBackOff, Completed, Terminating... */
export function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  // What was done to the pod says more than how its containers ended by it.
  if (pod.status?.phase === 'Failed' && pod.status.reason) return String(pod.status.reason)
  const init = initStatus(pod)
  if (init) return init
  const statuses: Raw[] = pod.status?.containerStatuses ?? []
  const words = statuses.map(containerWord).filter((w) => w !== '')
  // Of several containers the one in trouble speaks for the pod.
  const word = words.find((w) => w !== 'Completed') ?? words[0]
  const isAnyRunning = statuses.some((s) => s.state?.running)
  if (word && !(word === 'Completed' && isAnyRunning)) return word
  if (isAnyRunning) return statuses.every((s) => s.ready || s.state?.terminated) ? 'Running' : 'NotReady'
  return String(pod.status?.reason || pod.status?.phase || 'Pending')
}

function containerWord(status: Raw): string {
  const { waiting, terminated } = status.state ?? {}
  if (waiting?.reason) return String(waiting.reason)
  if (terminated)
    return String(terminated.reason || (terminated.signal ? `Signal ${terminated.signal}` : `ExitCode ${terminated.exitCode}`))
  return ''
}

function initStatus(pod: KubeObject): string | undefined {
  const statuses: Raw[] = pod.status?.initContainerStatuses ?? []
  const total = pod.spec?.initContainers?.length ?? statuses.length
  for (const [index, status] of statuses.entries()) {
    const { waiting, terminated } = status.state ?? {}
    if (terminated?.exitCode === 0 || (isSidecar(pod, status.name) && status.started)) continue
    if (terminated) return `Init ${terminated.reason || `ExitCode ${terminated.exitCode}`}`
    if (waiting?.reason && waiting.reason !== 'PodInitializing')
      return waiting.reason === 'ContainerCreating' ? `Init ${index}/${total}` : `Init ${waiting.reason}`
    return `Init ${index}/${total}`
  }
  return undefined
}

const waits: Record<string, string> = {
  'wait-for-schema': 'waits for the schema',
  'wait-for-db': 'waits for the database',
  dump: 'dumps the database',
}

/** What the pod is doing or waiting for at `now` (epoch milliseconds), where that is known; undefined otherwise. */
export function podNote(pod: KubeObject, isCurrent: boolean, now: number): string | undefined {
  if (pod.metadata.deletionTimestamp) {
    // The timestamp is when its grace ends: a pod that is still there long after that is stuck.
    const minutes = Math.floor((now - Date.parse(pod.metadata.deletionTimestamp)) / 60_000)
    return minutes >= 1 ? `does not end, ${minutes} min over its time` : 'going away'
  }
  if (!isCurrent) return 'old version, going away'
  const inits = (pod.status?.initContainerStatuses ?? []) as Raw[]
  const open = inits.findIndex((s) => s.state?.terminated?.exitCode !== 0 && !(isSidecar(pod, s.name) && s.started))
  const init = inits[open]
  if (init?.state?.running) return waits[init.name] ?? `init container ${init.name}`
  if (init && (init.lastState?.terminated || init.state?.terminated)) return `init container ${init.name} fails`
  const isScheduled = (pod.status?.conditions ?? []).some((c: Raw) => c.type === 'PodScheduled' && c.status === 'True')
  if (pod.status?.phase === 'Pending' && !isScheduled) return 'waits for a node'
  return undefined
}
