import { conditionOf, timeOf } from '../inventory.js'
import { resourceValues, setInFile } from './remedies.js'
import type { PodContext, Rule } from './rule.js'

/** Pods that were put out, or whose node is gone. */
export const nodeRules: readonly Rule<PodContext>[] = [
  {
    code: 'evicted',
    graceMs: 0,
    permanent: false,
    match(c) {
      if (
        c.pod.status?.phase !== 'Failed' ||
        !/^(Evicted|Preempting|NodeAffinity|NodeShutdown|Terminated)$/.test(c.pod.status?.reason ?? '')
      )
        return undefined
      const message = String(c.pod.status?.message ?? '').trim()
      const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message)
      if (volume) {
        return {
          headline: `evicted: its volume ${volume[1]} exceeds ${volume[2]}`,
          key: `${volume[1]} ${volume[2]}`,
          evidence: [message],
          remedy:
            volume[1] === 'tmp' && c.component === 'server'
              ? setInFile('tmpSize to more than the biggest artifact times the uploads at once')
              : setInFile(`a bigger size for volume ${volume[1]}`),
          note: true,
        }
      }
      const limit = /ephemeral local storage usage exceeds the total limit of containers (\S+?)\.?$/.exec(message)?.[1]
      return {
        headline: limit
          ? `evicted: its ephemeral storage exceeds the limit ${limit}`
          : `evicted: ${message.slice(0, 160) || c.pod.status?.reason}`,
        key: limit ?? 'evicted',
        evidence: [message],
        remedy: limit
          ? `raise ${resourceValues(c)}.limits.ephemeral-storage, or mount a volume for /tmp (big artifacts pass through it)`
          : 'kubectl describe nodes; give the pods requests near to what they use',
        note: true,
      }
    },
  },
]

/** A deleted pod gets so long after its grace before it counts as stuck. */
const stuckAfterMs = 60_000

/** Pods that are being deleted; the other rules leave them alone. */
export const terminatingRules: readonly Rule<PodContext>[] = [
  {
    code: 'node-lost',
    graceMs: stuckAfterMs,
    permanent: false,
    match(c) {
      const reason = conditionOf(c.pod, 'DisruptionTarget')?.reason
      const ready = conditionOf(c.pod, 'Ready')
      if (reason !== 'DeletionByTaintManager' && c.pod.status?.reason !== 'NodeLost') return undefined
      const since = ready?.status === 'False' && ready.lastTransitionTime ? ` since ${ready.lastTransitionTime}` : ''
      return {
        headline: `node ${c.pod.spec?.nodeName} is unreachable${since}; the pod cannot end`,
        key: String(c.pod.spec?.nodeName),
        at: timeOf(c.pod.metadata.deletionTimestamp) || undefined,
        evidence: [
          `deletion asked for at ${c.pod.metadata.deletionTimestamp}`,
          conditionOf(c.pod, 'DisruptionTarget')?.message ?? '',
        ].filter(Boolean),
        remedy: `bring the node back, or make sure that it is off and remove it (kubectl delete node ${c.pod.spec?.nodeName}); deleting the pod by force while the node still writes can destroy its volume`,
      }
    },
  },
]
