/** One kind that the simulated API serves. Discovery, routes and OpenAPI are derived from the table of these. */
export interface Resource {
  group: string
  version: string
  kind: string
  plural: string
  shortNames: string[]
  namespaced: boolean
  /** Name of its type in the schema; '' when its bodies are not checked. */
  model: string
  /** Has a status subresource. */
  status: boolean
  /** Has a scale subresource. */
  scale: boolean
  verbs: string[]
}

const readWrite = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const verbsOf: Record<string, string[]> = { review: ['create'], read: ['get', 'list'] }

// group/version | kind | plural | short names | N(amespaced) or C(luster) | model | status, scale, review (create only), read
const table = `
v1|Namespace|namespaces|ns|C|V1Namespace|status
v1|Node|nodes|no|C|V1Node|status
v1|Pod|pods|po|N|V1Pod|status
v1|Service|services|svc|N|V1Service|status
v1|ConfigMap|configmaps|cm|N|V1ConfigMap|
v1|Secret|secrets||N|V1Secret|
v1|ServiceAccount|serviceaccounts|sa|N|V1ServiceAccount|
v1|PersistentVolumeClaim|persistentvolumeclaims|pvc|N|V1PersistentVolumeClaim|status
v1|PersistentVolume|persistentvolumes|pv|C|V1PersistentVolume|status
v1|Event|events|ev|N|CoreV1Event|
v1|ResourceQuota|resourcequotas|quota|N|V1ResourceQuota|status
apps/v1|Deployment|deployments|deploy|N|V1Deployment|status,scale
apps/v1|ReplicaSet|replicasets|rs|N|V1ReplicaSet|status,scale
apps/v1|StatefulSet|statefulsets|sts|N|V1StatefulSet|status,scale
batch/v1|Job|jobs||N|V1Job|status
batch/v1|CronJob|cronjobs|cj|N|V1CronJob|status
autoscaling/v2|HorizontalPodAutoscaler|horizontalpodautoscalers|hpa|N|V2HorizontalPodAutoscaler|status
networking.k8s.io/v1|NetworkPolicy|networkpolicies|netpol|N|V1NetworkPolicy|
networking.k8s.io/v1|Ingress|ingresses|ing|N|V1Ingress|status
networking.k8s.io/v1|IngressClass|ingressclasses||C|V1IngressClass|
policy/v1|PodDisruptionBudget|poddisruptionbudgets|pdb|N|V1PodDisruptionBudget|status
rbac.authorization.k8s.io/v1|Role|roles||N|V1Role|
rbac.authorization.k8s.io/v1|RoleBinding|rolebindings||N|V1RoleBinding|
storage.k8s.io/v1|StorageClass|storageclasses|sc|C|V1StorageClass|
discovery.k8s.io/v1|EndpointSlice|endpointslices||N|V1EndpointSlice|
metrics.k8s.io/v1beta1|PodMetrics|pods||N||read
authorization.k8s.io/v1|SelfSubjectAccessReview|selfsubjectaccessreviews||C||review
authentication.k8s.io/v1|SelfSubjectReview|selfsubjectreviews||C||review
`

/** Every kind that is served. */
export const resources: readonly Resource[] = table
  .trim()
  .split('\n')
  .map((row) => {
    const [groupVersion, kind, plural, shortNames, scope, model, flags] = row.split('|') as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const [group, version] = groupVersion.includes('/') ? (groupVersion.split('/') as [string, string]) : ['', groupVersion]
    const has = flags.split(',')
    return {
      group,
      version,
      kind,
      plural,
      shortNames: shortNames ? shortNames.split(',') : [],
      namespaced: scope === 'N',
      model,
      status: has.includes('status'),
      scale: has.includes('scale'),
      verbs: verbsOf[flags] ?? readWrite,
    }
  })

/** `apps/v1`, or `v1` for the core group. */
export const groupVersionOf = (r: Resource): string => (r.group ? `${r.group}/${r.version}` : r.version)

/** `deployments.apps` or `pods`: the form that API error messages use. */
export const qualifiedName = (r: Resource): string => (r.group ? `${r.plural}.${r.group}` : r.plural)

/** Undefined when it is not served. */
export const resourceByPlural = (group: string, version: string, plural: string): Resource | undefined =>
  resources.find((r) => r.group === group && r.version === version && r.plural === plural)

/** @throws Error when the kind is not in the table: a mistake of the caller, never of a client */
export function resourceOfKind(kind: string): Resource {
  const found = resources.find((r) => r.kind === kind)
  if (!found) throw new Error(`kind ${kind} is not simulated`)
  return found
}
