import { shellWord } from '../text/shell.js'
import { fail, pass, type Finding } from './finding.js'

/** Compares dotted versions; a suffix such as `+k3s1`, `-eks-ab12` or `-rc.1` does not count. */
export function atLeast(version: string, floor: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10))
  return major > floor[0] || (major === floor[0] && minor >= floor[1])
}

/** 3.14 brought what we pass to it; the chart is tested on 3.17 and 4.1. */
const helmFloor = [3, 14] as const
/** The chart's `kubeVersion`. */
export const kubernetesFloor = [1, 28] as const

/** @param found Helm's version, or why it could not be had */
export function checkHelm(found: { version: string } | { error: string }): Finding {
  if ('error' in found) return fail(found.error, { text: 'Install Helm 3.14 or newer: https://helm.sh/docs/intro/install' })
  if (!atLeast(found.version, helmFloor))
    return fail(`helm ${found.version} is too old: 3.14 is the oldest that works`, {
      text: 'Update Helm: https://helm.sh/docs/intro/install',
    })
  return pass(`helm ${found.version}`)
}

/** @param found kubectl's version, or why it could not be had */
export function checkKubectl(found: { version: string } | { error: string }): Finding {
  if ('error' in found) return fail(found.error, { text: 'Install kubectl: https://kubernetes.io/docs/tasks/tools' })
  return pass(`kubectl ${found.version.replace(/^v/, '')}`)
}

/** @param found the answer of /version and how long it took (ms), or why there was none */
export function checkCluster(found: { gitVersion: string; ms: number } | { error: string }, context: string): Finding {
  if ('error' in found && context === '')
    return fail(found.error, { text: 'Choose a cluster with --context, or look first with --rehearse.' })
  if ('error' in found)
    return fail(`context "${context}" does not answer: ${found.error}`, {
      text: 'See what kubectl says, or choose another context with --context:',
      command: `kubectl --context ${shellWord(context)} version`,
    })
  const version = found.gitVersion.replace(/^v/, '')
  if (!atLeast(version, kubernetesFloor))
    return fail(`Kubernetes ${version} is too old: the chart needs ${kubernetesFloor.join('.')}`, {
      text: 'Upgrade the cluster, or choose another context with --context.',
    })
  return pass(`cluster answers in ${found.ms} ms, Kubernetes ${version}`)
}
