import type { KubeObject } from '../health/types.js'
import { fail, pass, unknown, warn, type Finding } from './finding.js'

/** The Pod Security level that the namespace enforces: `restricted`, `baseline`, `privileged`; undefined: none is set. */
export const podSecurityLevel = (namespace: KubeObject): string | undefined =>
  namespace.metadata.labels?.['pod-security.kubernetes.io/enforce']

/** @param found the namespace, null when there is none, or why it could not be read */
export function checkNamespace(
  found: { namespace: KubeObject | null } | { error: string },
  name: string,
  mayCreate: boolean,
): Finding {
  if ('error' in found) return unknown(`namespace "${name}" could not be read: ${found.error}`)
  const { namespace } = found
  if (namespace === null) {
    return mayCreate
      ? pass(`namespace "${name}" will be created`)
      : fail(`namespace "${name}" does not exist and you may not create it`, {
          text: 'Ask an administrator for it:',
          command: `kubectl create namespace ${name}`,
        })
  }
  if (namespace.metadata.deletionTimestamp || namespace.status?.phase === 'Terminating')
    return fail(`namespace "${name}" is being deleted`, {
      text: 'Wait until it is gone, or choose another with --namespace:',
      command: `kubectl get namespace ${name} --watch`,
    })
  if (name === 'default' || name.startsWith('kube-'))
    return warn(`namespace "${name}" is shared: policies and deletion would touch other things`, {
      text: 'Choose one of its own with --namespace mlflow.',
    })
  const level = podSecurityLevel(namespace)
  return pass(`namespace "${name}" exists${level ? `, Pod Security "${level}"` : ''}`)
}
