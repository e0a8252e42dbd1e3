/** How a list's items are told apart. */
export interface ListRule {
  /** Keys of server-side apply; empty: the list is a set of scalars. */
  keys: readonly string[]
  /** Key of strategic merge patch; `set` for scalars. */
  mergeKey: string
}

// type.field | keys of server-side apply | key of strategic merge: the models do not carry them.
// Source: x-kubernetes-list-map-keys and x-kubernetes-patch-merge-key in the published OpenAPI of Kubernetes 1.34.
const table = `
V1ObjectMeta.finalizers set set
V1ObjectMeta.ownerReferences uid uid
V1PodSpec.containers name name
V1PodSpec.initContainers name name
V1PodSpec.volumes name name
V1PodSpec.imagePullSecrets name name
V1PodSpec.hostAliases ip ip
V1PodSpec.topologySpreadConstraints topologyKey,whenUnsatisfiable topologyKey
V1PodSpec.schedulingGates name name
V1Container.env name name
V1Container.ports containerPort,protocol containerPort
V1Container.volumeMounts mountPath mountPath
V1Container.volumeDevices devicePath devicePath
V1ServiceSpec.ports port,protocol port
V1ServiceAccount.secrets name name
V1PodStatus.conditions type type
V1NamespaceStatus.conditions type type
V1ServiceStatus.conditions type type
V1DeploymentStatus.conditions type type
V1ReplicaSetStatus.conditions type type
V1StatefulSetStatus.conditions type type
V1JobStatus.conditions type type
V1PersistentVolumeClaimStatus.conditions type type
V1PodDisruptionBudgetStatus.conditions type type
V2HorizontalPodAutoscalerStatus.conditions type type
`

/** Rules by `Type.field`. A list without one is replaced as a whole. */
export const listRules: Readonly<Record<string, ListRule>> = Object.fromEntries(
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [where, keys, mergeKey] = line.split(' ') as [string, string, string]
      return [where, { keys: keys === 'set' ? [] : keys.split(','), mergeKey }]
    }),
)

const atomic = new Set([
  'V1LabelSelector',
  'V1LocalObjectReference',
  'V1ObjectReference',
  'V1ConfigMapKeySelector',
  'V1SecretKeySelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1TypedLocalObjectReference',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V2CrossVersionObjectReference',
  'V1RoleRef',
  'V1SecretReference',
  'V1ServiceSpec.selector',
  'V1PodSpec.nodeSelector',
])

/** Whether server-side apply owns the field as one value (x-kubernetes-map-type: atomic). */
export const isAtomic = (field: { type: string; shape: string; where: string }): boolean =>
  atomic.has(field.where) || (field.shape === 'one' && atomic.has(field.type))
