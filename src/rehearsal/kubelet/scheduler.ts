import { amountOf } from '../admission/validate.js'
import { timestamp } from '../clock.js'
import type { Control } from '../controllers/context.js'
import type { Json } from '../json.js'
import type { Behaviour } from './behaviour.js'

const component = 'default-scheduler'

/** Finds a node for a pod, or says why there is none. */
export function schedule(control: Control, pod: Json, behaviour: Behaviour): void {
  const { store, now, memo, delay, wakeAt, edit, event, setStatus } = control
  const key = `schedule ${pod.metadata.uid}`
  const { due = now + delay(400), tries = 0 } = memo.get(key) ?? {}
  memo.set(key, { due, tries })
  if (now < due) return wakeAt(due)
  const nodes = store.ofKind('Node')
  const found = behaviour.insufficient
    ? noRoom(nodes.length, behaviour.insufficient)
    : (claimProblem(control, pod, nodes.length) ?? nodeFor(control, pod, nodes))
  if (typeof found === 'string') {
    const [old] = pod.status.conditions ?? []
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: found, lastProbeTime: null }
    setStatus(pod, {
      ...pod.status,
      conditions: [{ ...condition, lastTransitionTime: old?.lastTransitionTime ?? timestamp(now) }],
    })
    event(pod, { type: 'Warning', reason: 'FailedScheduling', message: found, component })
    const again = now + delay(Math.min(5000 * 2 ** tries, 60_000))
    memo.set(key, { due: again, tries: tries + 1 })
    return wakeAt(again)
  }
  const { name } = found.metadata
  const bind = (o: Json) => {
    o.spec.nodeName = name
    o.status = {
      ...o.status,
      conditions: [{ type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: timestamp(now) }],
    }
  }
  edit(pod, bind, { part: 'all' })
  event(pod, {
    reason: 'Scheduled',
    message: `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${name}`,
    component,
  })
}

const noRoom = (nodes: number, resource: string) =>
  `0/${nodes} nodes are available: ${nodes} Insufficient ${resource}. no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} No preemption victims found for incoming pod.`

function claimProblem({ store }: Control, pod: Json, nodes: number): string | undefined {
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue
    const claim = store.find('PersistentVolumeClaim', pod.metadata.namespace, persistentVolumeClaim.claimName)
    if (!claim) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`
    if (claim.status?.phase !== 'Bound') {
      return `0/${nodes} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`
    }
  }
  return undefined
}

const requested = (pod: Json, resource: string): number =>
  pod.spec.containers.reduce((sum: number, c: Json) => sum + amountOf(c.resources?.requests?.[resource]), 0)

/** The node with the fewest pods of the same owner among those with room. */
function nodeFor({ store }: Control, pod: Json, nodes: Json[]): Json | string {
  const running = store.ofKind('Pod').filter((p) => !['Succeeded', 'Failed'].includes(p.status?.phase))
  const on = (node: Json) => running.filter((p) => p.spec.nodeName === node.metadata.name)
  const short = (node: Json) =>
    ['cpu', 'memory'].filter(
      (r) => on(node).reduce((sum, p) => sum + requested(p, r), requested(pod, r)) > amountOf(node.status.allocatable[r]),
    )
  const owner = pod.metadata.ownerReferences?.[0]?.uid
  const siblings = (node: Json) => on(node).filter((p) => owner && p.metadata.ownerReferences?.[0]?.uid === owner).length
  const fitting = nodes
    .filter((node) => short(node).length === 0)
    .sort((a, b) => siblings(a) - siblings(b) || on(a).length - on(b).length)
  return fitting[0] ?? noRoom(nodes.length, short(nodes[0]!)[0] ?? 'memory')
}
