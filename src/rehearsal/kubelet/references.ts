import type { Json } from '../json.js'
import type { Store } from '../store/store.js'

/** Why a Secret or ConfigMap that a pod refers to cannot be used, in the kubelet's words; undefined when it can. */
function problemOf(store: Store, kind: 'Secret' | 'ConfigMap', namespace: string, ref: Json): string | undefined {
  if (!ref || ref.optional) return undefined
  const name = ref.name ?? ref.secretName
  const found = store.find(kind, namespace, name)
  if (!found) return `${kind.toLowerCase()} "${name}" not found`
  const keys: string[] = ref.key ? [ref.key] : (ref.items ?? []).map((item: Json) => item.key)
  const missing = keys.find((key) => found.data?.[key] === undefined && found.binaryData?.[key] === undefined)
  return missing === undefined ? undefined : `couldn't find key ${missing} in ${kind} ${namespace}/${name}`
}

/** The first volume that cannot be mounted: `MountVolume.SetUp failed for volume "x" : secret "y" not found`. */
export function mountProblem(store: Store, pod: Json): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const sources = [volume, ...(volume.projected?.sources ?? [])]
    for (const source of sources) {
      const problem =
        problemOf(store, 'Secret', pod.metadata.namespace, source.secret) ??
        problemOf(store, 'ConfigMap', pod.metadata.namespace, source.configMap)
      if (problem) return `MountVolume.SetUp failed for volume "${volume.name}" : ${problem}`
    }
  }
  return undefined
}

/** Why the container's environment cannot be built. */
export function environmentProblem(store: Store, pod: Json, container: Json): string | undefined {
  const { namespace } = pod.metadata
  for (const { valueFrom } of container.env ?? []) {
    const problem =
      problemOf(store, 'Secret', namespace, valueFrom?.secretKeyRef) ??
      problemOf(store, 'ConfigMap', namespace, valueFrom?.configMapKeyRef)
    if (problem) return problem
  }
  for (const { secretRef, configMapRef } of container.envFrom ?? []) {
    const problem = problemOf(store, 'Secret', namespace, secretRef) ?? problemOf(store, 'ConfigMap', namespace, configMapRef)
    if (problem) return problem
  }
  return undefined
}
