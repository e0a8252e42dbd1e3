import { Inventory, timeOf } from './inventory.js'
import { componentOf } from './rules/contexts.js'
import { idOf, type HealthState } from './state.js'
import type { KubeObject } from './types.js'

/** A log that would explain something. */
export interface WantedLog {
  /** One for each run of a container. */
  key: string
  pod: string
  container: string
  previous: boolean
}

/** A container that runs without getting ready is worth a look after so long, and again when that doubles. */
const unreadyAfterMs = 30_000

/** The logs of failing containers: of the run that failed, or of the present one when it does not get ready. */
export function logsWanted(state: HealthState): WantedLog[] {
  const inventory = new Inventory(state)
  const rows = new Set(state.spec.expected.map((e) => `${e.kind}/${e.name}`))
  return inventory.all('Pod').flatMap((pod) => {
    const owner = inventory.owner(pod)
    const isOurs = rows.has(owner.workload) || componentOf(pod) === 'smoke-test'
    return isOurs && owner.isCurrent && !pod.metadata.deletionTimestamp ? wantedOfPod(pod, inventory, state) : []
  })
}

function wantedOfPod(pod: KubeObject, inventory: Inventory, state: HealthState): WantedLog[] {
  const inits = (pod.status?.initContainerStatuses ?? []) as Raw[]
  const mains = (pod.status?.containerStatuses ?? []) as Raw[]
  return [...inits.map((s) => ({ s, isInit: true })), ...mains.map((s) => ({ s, isInit: false }))].flatMap(({ s, isInit }) => {
    const wanted = (previous: boolean, run: string): WantedLog => ({
      key: `${idOf(pod)}/${s.name}/${run}`,
      pod: pod.metadata.name,
      container: s.name,
      previous,
    })
    const { waiting, running, terminated } = s.state ?? {}
    if (terminated) return terminated.exitCode === 0 ? [] : [wanted(false, `${s.restartCount}`)]
    const restarts = Number(s.restartCount ?? 0)
    if (waiting?.reason === 'CrashLoopBackOff' || (waiting && restarts > 0 && s.lastState?.terminated))
      return [wanted(true, `${restarts - 1}`)]
    if (!running) return []
    const failedBefore =
      restarts > 0 && !s.ready && s.lastState?.terminated?.exitCode !== 0 ? [wanted(true, `${restarts - 1}`)] : []
    // Without a probe a running container counts as ready; of a Job it still has everything to do.
    const isUnready = isInit ? !s.ready && s.started !== true : !s.ready || inventory.owner(pod).workload.startsWith('Job/')
    const age = state.at - Math.max(timeOf(running.startedAt), inventory.bornAt(pod))
    // 30 s, 60 s, 120 s...: each doubling is another look at the same run.
    const looks = isUnready && age >= unreadyAfterMs ? Math.floor(Math.log2(age / unreadyAfterMs)) : -1
    return looks < 0 ? failedBefore : [...failedBefore, wanted(false, `${restarts}+${looks}`)]
  })
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- core/v1 ContainerStatus as the API sends it
type Raw = Record<string, any>
