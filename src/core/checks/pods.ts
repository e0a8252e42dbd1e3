import type { PodTemplate } from '../kube/manifest.js'
import { fail, pass, skip, unknown, warn, type Finding } from './finding.js'

/** The pod that a dry run sends for a workload: its ServiceAccount may not exist before the install. */
export function dryRunPod(template: PodTemplate): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'mlflow-setup-check-', ...template.metadata },
    spec: {
      ...template.spec,
      serviceAccountName: 'default',
      automountServiceAccountToken: false,
      restartPolicy: template.spec.restartPolicy ?? 'Always',
    },
  }
}

/** What the API server said to one pod. `status` 0: no answer. */
export interface DryRun {
  owner: string
  refused?: { status: number; message: string }
}

const kinds: { code: string; pattern: RegExp; text: string; command?: (ns: string) => string }[] = [
  {
    code: 'quota',
    pattern: /exceeded quota|failed quota/,
    text: 'Raise the quota, or ask for less (--cpu-request, --memory-request, --replicas):',
    command: (ns) => `kubectl describe resourcequota --namespace ${ns}`,
  },
  {
    code: 'pod-security',
    pattern: /violates PodSecurity/,
    text: 'The chart passes "restricted" by default: look for overridden security settings in your values, or relax the label:',
    command: (ns) => `kubectl get namespace ${ns} --show-labels`,
  },
  {
    code: 'limit-range',
    pattern: /(maximum|minimum) .* usage per|limit to request ratio/,
    text: "Ask for sizes inside the namespace's limits:",
    command: (ns) => `kubectl describe limitrange --namespace ${ns}`,
  },
  {
    code: 'webhook-denied',
    pattern: /admission webhook .* denied/,
    text: 'A policy of the cluster refuses the pod: its message says what it wants.',
  },
  {
    code: 'webhook-down',
    pattern: /failed calling webhook/,
    text: 'An admission webhook does not answer: its owner must repair it.',
  },
]

/**
 * Quota, Pod Security, limits and webhooks refuse pods, not Deployments: without this they would show only after
 * the install, as pods that never appear.
 * @param runs undefined when the namespace does not exist yet
 */
export function checkPods(runs: readonly DryRun[] | undefined, namespace: string): Finding {
  if (runs === undefined) return skip(`namespace "${namespace}" is new: its rules are asked once it is there`)
  const refused = runs.filter((r) => r.refused !== undefined)
  if (refused.length === 0)
    return pass(`all ${runs.length} kinds of pod of this plan are accepted (quota, Pod Security, limits, webhooks)`)
  const first = refused[0]!
  const { status, message } = first.refused!
  if (status === 0) return unknown(`the dry run of pods got no answer: ${message}`)
  const lines = refused.map((r) => `${r.owner}: ${shorten(r.refused!.message)}`)
  const known = kinds.find((k) => k.pattern.test(message))
  if (known)
    return fail(
      lines.join('\n'),
      { text: known.text, ...(known.command ? { command: known.command(namespace) } : {}) },
      known.code,
    )
  if (status === 403 && / cannot create resource /.test(message))
    return warn(`you may not create pods, so their admission was not tried`, { text: 'Continue: the controllers create them.' })
  return fail(lines.join('\n'), { text: 'The API server refuses the pod: its message says why.' })
}

/** The server starts with the generated name of a pod that nobody knows. */
const shorten = (message: string) => message.replace(/^pods "mlflow-setup-check-[^"]*" is forbidden: /, '').trim()
