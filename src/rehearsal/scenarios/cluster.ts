import { amountOf } from '../admission/validate.js'
import { formatBytes } from '../../core/text/quantity.js'
import type { Json } from '../json.js'
import { componentOf } from '../kubelet/behaviour.js'
import type { Scenario } from './scenario.js'

/** A quota of which the other components have taken all but a little. */
function exceededQuota(pod: Json): string | undefined {
  if (componentOf(pod) !== 'server') return undefined
  const asked = pod.spec.containers.reduce((sum: number, c: Json) => sum + amountOf(c.resources?.requests?.memory), 0) || 2 ** 30
  const used = 2 ** 31
  const limit = used + asked / 2
  const [requested, taken, limited] = [asked, used, limit].map(formatBytes)
  return `exceeded quota: rehearsal-quota, requested: requests.memory=${requested}, used: requests.memory=${taken}, limited: requests.memory=${limited}`
}

/** As if something had taken the security settings of the server's container away. */
function violation(pod: Json): string | undefined {
  if (componentOf(pod) !== 'server') return undefined
  const who = 'container "mlflow"'
  return (
    `violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (${who} must set securityContext.allowPrivilegeEscalation=false), ` +
    `unrestricted capabilities (${who} must set securityContext.capabilities.drop=["ALL"])`
  )
}

const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' }

/** Courses in which the cluster or its rules stand in the way. */
export const clusterScenarios: readonly Scenario[] = [
  {
    name: 'pvc-unbound',
    title: 'the default StorageClass provisions no volumes',
    provisioningError: 'rpc error: code = ResourceExhausted desc = no space left in pool "rehearsal" to create the volume',
  },
  // A dry run would already find these two: the plain names let it pass, so that the deploy itself meets them.
  {
    name: 'quota',
    title: "the namespace's quota refuses the server's pods",
    refusePod: (pod, dryRun) => (dryRun ? undefined : exceededQuota(pod)),
  },
  {
    name: 'pod-security',
    title: "the namespace's Pod Security level refuses the server's pods",
    namespaceLabels: restricted,
    refusePod: (pod, dryRun) => (dryRun ? undefined : violation(pod)),
  },
  { name: 'quota-preflight', title: 'quota, already found by the prerequisites', refusePod: exceededQuota },
  {
    name: 'pod-security-preflight',
    title: 'Pod Security, already found by the prerequisites',
    namespaceLabels: restricted,
    refusePod: violation,
  },
]
