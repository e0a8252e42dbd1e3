/** How the API addresses a kind. */
export interface Resource {
  group: string
  version: string
  plural: string
  namespaced: boolean
}

// The plural is not in a manifest; discovery would cost a round trip for names that never change.
const plurals: Record<string, { plural: string; namespaced?: false }> = {
  Namespace: { plural: 'namespaces', namespaced: false },
  Node: { plural: 'nodes', namespaced: false },
  Pod: { plural: 'pods' },
  Service: { plural: 'services' },
  ServiceAccount: { plural: 'serviceaccounts' },
  Secret: { plural: 'secrets' },
  ConfigMap: { plural: 'configmaps' },
  PersistentVolumeClaim: { plural: 'persistentvolumeclaims' },
  Event: { plural: 'events' },
  Deployment: { plural: 'deployments' },
  StatefulSet: { plural: 'statefulsets' },
  ReplicaSet: { plural: 'replicasets' },
  Job: { plural: 'jobs' },
  CronJob: { plural: 'cronjobs' },
  Ingress: { plural: 'ingresses' },
  IngressClass: { plural: 'ingressclasses', namespaced: false },
  StorageClass: { plural: 'storageclasses', namespaced: false },
  NetworkPolicy: { plural: 'networkpolicies' },
  PodDisruptionBudget: { plural: 'poddisruptionbudgets' },
  HorizontalPodAutoscaler: { plural: 'horizontalpodautoscalers' },
  Role: { plural: 'roles' },
  RoleBinding: { plural: 'rolebindings' },
  ServiceMonitor: { plural: 'servicemonitors' },
  PrometheusRule: { plural: 'prometheusrules' },
  Certificate: { plural: 'certificates' },
  HTTPRoute: { plural: 'httproutes' },
  Cluster: { plural: 'clusters' },
}

/** Address of a kind; an unknown kind gets the regular English plural, as most custom resources have. */
export function resourceOf(apiVersion: string, kind: string): Resource {
  const [first, second] = apiVersion.split('/') as [string, string?]
  const known = plurals[kind]
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    plural: known?.plural ?? `${kind.toLowerCase()}s`,
    namespaced: known?.namespaced !== false,
  }
}

/** URL path of a collection, or of one object when it is named. */
export function pathOf(apiVersion: string, kind: string, namespace?: string, name?: string): string {
  const r = resourceOf(apiVersion, kind)
  const root = r.group === '' ? `/api/${r.version}` : `/apis/${r.group}/${r.version}`
  const scope = r.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''
  return `${root}${scope}/${r.plural}${name === undefined ? '' : `/${name}`}`
}
