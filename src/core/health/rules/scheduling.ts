import { conditionOf, timeOf } from '../inventory.js'
import { describePod, resourceValues, setInFile } from './remedies.js'
import { lastEvent, type Match, type PodContext, type Rule } from './rule.js'

/** An autoscaler that adds a node gets so long. */
const scaleUpMs = 600_000

/** The scheduler's refusal; undefined when the pod has a node or one is on its way. */
function refusal(c: PodContext): { message: string; at: number } | undefined {
  const condition = conditionOf(c.pod, 'PodScheduled')
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined
  return { message: (condition.message ?? '').replace(/ preemption:.*$/s, ''), at: timeOf(condition.lastTransitionTime) }
}

/** When an autoscaler (cluster-autoscaler, Karpenter) last promised a node; 0 when none did, or it took the promise back. */
function promisedAt(c: PodContext): number {
  const last = lastEvent(c.events, (e) => /^(TriggeredScaleUp|Nominated|NotTriggerScaleUp)$/.test(e.reason))
  return last && last.reason !== 'NotTriggerScaleUp' ? last.lastAt : 0
}

const requestsOf = (c: PodContext, what: string) =>
  (c.pod.spec?.containers ?? [])
    .map((k: { resources?: { requests?: Record<string, string> } }) => k.resources?.requests?.[what])
    .filter(Boolean)
    .join(' + ')

function rule(
  code: string,
  graceMs: number,
  permanent: boolean,
  explain: (c: PodContext, message: string) => Match | undefined,
): Rule<PodContext> {
  return {
    code,
    graceMs,
    permanent,
    match(c) {
      const refused = refusal(c)
      const found = refused && explain(c, refused.message)
      if (!found) return undefined
      const promised = promisedAt(c)
      return {
        key: code,
        at: promised || refused.at || undefined,
        evidence: [refused.message, ...(promised ? ['an autoscaler has promised a node'] : [])],
        ...found,
        ...(promised ? { graceMs: scaleUpMs } : {}),
      }
    },
  }
}

/** Pods that no node takes. Volumes first: a bigger node does not help those. */
export const schedulingRules: readonly Rule<PodContext>[] = [
  rule('pvc-zone', 20_000, true, (c, m) => {
    if (!/volume node affinity conflict/.test(m)) return undefined
    const claims = claimsOf(c)
    return {
      headline: `claim ${claims.join(', ')} is tied to a zone or node that is not available`,
      remedy: `bring a node back in the volume's zone (kubectl get pv -o wide), or restore a backup into a new volume; more nodes elsewhere do not help`,
    }
  }),
  rule('pvc-unbound', 60_000, false, (c, m) =>
    /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]+" not found/.test(m)
      ? {
          headline: `claim ${claimsOf(c).join(', ') || 'of the pod'} has no volume`,
          remedy: 'kubectl get storageclass; then: mlflow-setup install --storage-class <name>',
        }
      : undefined,
  ),
  rule('unschedulable-resources', 180_000, false, (c, m) => {
    const short = [...new Set([...m.matchAll(/Insufficient ([\w/-]+(?:\.[\w/-]+)*)/g)].map((x) => x[1]!))]
    if (short.length === 0 && !/Too many pods/.test(m)) return undefined
    const wanted = short.map((what) => `${what}${requestsOf(c, what) ? ` (requests ${requestsOf(c, what)})` : ''}`)
    return {
      headline:
        short.length > 0 ? `no node has enough free ${wanted.join(' and ')}` : 'every node has as many pods as it may have',
      remedy:
        short.length > 0
          ? `add a node, or lower ${short.map((what) => `${resourceValues(c)}.requests.${what}`).join(' and ')}; what is free: kubectl describe nodes`
          : 'add a node',
    }
  }),
  rule('unschedulable-taint', 60_000, false, (_c, m) => {
    const taints = [...m.matchAll(/(?:had )?untolerated taint\(?s?\)? \{([^}]*)\}/g)].map((x) => x[1]!.trim().replace(/: ?$/, ''))
    if (taints.length === 0) return undefined
    const sick = taints.filter((t) => t.startsWith('node.kubernetes.io/'))
    const isSick = sick.length === taints.length
    return {
      headline: isSick
        ? `the nodes are not fit: ${sick.map((t) => t.replace('node.kubernetes.io/', '')).join(', ')}`
        : `every node has a taint that the pod does not tolerate: ${taints.join(', ')}`,
      remedy: isSick ? 'kubectl describe nodes' : setInFile(`tolerations for ${taints[0]}`),
    }
  }),
  rule('unschedulable-affinity', 60_000, false, (_c, m) => {
    const which =
      /(node affinity\/selector|pod anti-affinity rules|pod affinity rules|pod topology spread constraints|free ports)/.exec(
        m,
      )?.[1]
    return which
      ? {
          headline: `no node fits the pod's ${which.replace('/', ' or ')}`,
          remedy: which.startsWith('node')
            ? 'kubectl get nodes --show-labels; correct nodeSelector or affinity'
            : 'add nodes, or: mlflow-setup install --replicas <number>',
        }
      : undefined
  }),
  rule('unschedulable', 120_000, false, (c, m) => ({
    headline: `no node takes the pod: ${m.slice(0, 160)}`,
    remedy: describePod(c),
  })),
]

/** Names of the claims that the pod mounts. */
export const claimsOf = (c: { pod: PodContext['pod'] }): string[] =>
  (c.pod.spec?.volumes ?? [])
    .map((v: { persistentVolumeClaim?: { claimName: string } }) => v.persistentVolumeClaim?.claimName)
    .filter((name: string | undefined): name is string => name !== undefined)
