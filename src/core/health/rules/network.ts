import { conditionOf } from '../inventory.js'
import { lastEvent, type PodContext, type Rule } from './rule.js'

/** Pods whose network the node cannot set up. */
export const sandboxRules: readonly Rule<PodContext>[] = [
  {
    code: 'sandbox',
    graceMs: 60_000,
    permanent: false,
    match(c) {
      const isUp = conditionOf(c.pod, 'PodReadyToStartContainers')?.status === 'True'
      const event = lastEvent(c.events, (e) => e.reason === 'FailedCreatePodSandBox')
      if (!event || isUp || c.pod.status?.phase !== 'Pending') return undefined
      const noAddress = /no (?:more )?(?:IPs?|addresses) available|failed to assign an IP|IPAM|exhausted/i.test(event.message)
      return {
        headline: noAddress
          ? `node ${c.pod.spec?.nodeName} has no pod addresses left`
          : `node ${c.pod.spec?.nodeName} cannot set up the pod's network`,
        key: `${c.pod.spec?.nodeName}`,
        at: event.firstAt,
        evidence: [event.message],
        remedy: noAddress
          ? 'give the network plugin a larger pod range, or remove unused pods'
          : `the network plugin is at fault: kubectl -n kube-system get pods -o wide --field-selector spec.nodeName=${c.pod.spec?.nodeName}`,
      }
    },
  },
]
