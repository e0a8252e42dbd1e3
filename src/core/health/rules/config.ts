import { describePod } from './remedies.js'
import type { ContainerContext, Match, Rule } from './rule.js'

/** A missing Secret, ConfigMap or key in a message of the kubelet; undefined when it speaks of something else. */
export function missingReference(message: string, namespace: string): Match | undefined {
  const whole = /(secret|configmap) "([^"]+)" not found/i.exec(message)
  if (whole) {
    const kind = whole[1]!.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap'
    return {
      headline: `${kind} ${whole[2]} does not exist`,
      remedy:
        kind === 'Secret'
          ? `mlflow-setup install creates it; to check: kubectl -n ${namespace} get secret ${whole[2]}`
          : `kubectl -n ${namespace} get configmap ${whole[2]}`,
    }
  }
  const key =
    /couldn't find key (\S+) in (Secret|ConfigMap) (?:\S+\/)?(\S+)/i.exec(message) ??
    /references non-existent (\w+) key: (\S+)/i.exec(message)
  if (!key) return undefined
  if (key.length === 3)
    return {
      headline: `key ${key[2]} is missing in a ${key[1]} that the pod mounts`,
      remedy: `kubectl -n ${namespace} get secrets`,
    }
  return {
    headline: `${key[2]} ${key[3]} has no key ${key[1]}`,
    remedy: `add the key, or name the right one; the keys that are there: kubectl -n ${namespace} describe ${key[2]!.toLowerCase()} ${key[3]}`,
  }
}

/** Containers whose environment cannot be built. */
export const configRules: readonly Rule<ContainerContext>[] = [
  {
    code: 'config-error',
    graceMs: 20_000,
    permanent: true,
    match(c) {
      if (c.waiting?.reason !== 'CreateContainerConfigError') return undefined
      const message = c.waiting.message ?? ''
      const found = missingReference(message, c.namespace) ?? explainSecurity(message, c)
      return {
        evidence: [message],
        ...(found ?? { headline: `the configuration of container ${c.name} is not valid`, remedy: describePod(c) }),
      }
    },
  },
]

function explainSecurity(message: string, c: ContainerContext): Match | undefined {
  if (!/runAsNonRoot/.test(message)) return undefined
  return {
    headline: `image ${c.spec.image} runs as root, which the pod forbids (runAsNonRoot)`,
    remedy: 'use an image with a numeric user, or set securityContext.runAsUser',
  }
}
