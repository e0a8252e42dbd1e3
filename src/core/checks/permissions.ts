import type { KubeObject } from '../health/types.js'
import { resourceOf } from '../kube/resources.js'
import { fail, pass, unknown, type Finding } from './finding.js'

/** One question to the API server's authorizer. */
export interface Permission {
  group: string
  resource: string
  verb: string
  /** Absent: cluster-wide. */
  namespace?: string
}

/** What Helm does to each kind, and `watch`, which Helm 4 and our own watch need. */
const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete']

/** The questions for a rendered manifest: every kind with every verb, plus what the watch reads. */
export function permissionsFor(objects: readonly KubeObject[], namespace: string): Permission[] {
  const asked = new Map<string, Permission>()
  const ask = (p: Permission) => asked.set(`${p.group}/${p.resource}/${p.verb}`, p)
  for (const o of objects) {
    const r = resourceOf(o.apiVersion ?? 'v1', o.kind ?? '')
    for (const verb of verbs) ask({ group: r.group, resource: r.plural, verb, ...(r.namespaced ? { namespace } : {}) })
  }
  // Helm keeps its release records in Secrets.
  for (const verb of [...verbs, 'update']) ask({ group: '', resource: 'secrets', verb, namespace })
  for (const resource of ['pods', 'events', 'persistentvolumeclaims'])
    for (const verb of ['list', 'watch']) ask({ group: '', resource, verb, namespace })
  for (const verb of ['get', 'list', 'create', 'delete', 'watch']) ask({ group: '', resource: 'pods', verb, namespace })
  ask({ group: '', resource: 'pods/log', verb: 'get', namespace })
  ask({ group: 'apps', resource: 'replicasets', verb: 'list', namespace })
  ask({ group: 'apps', resource: 'replicasets', verb: 'watch', namespace })
  return [...asked.values()]
}

const nameOf = (p: Permission) => (p.group === '' ? p.resource : `${p.resource}.${p.group}`)

/** @param answers each question with its answer; undefined: the authorizer did not answer */
export function checkPermissions(
  answers: readonly { permission: Permission; allowed: boolean | undefined }[],
  namespace: string,
  user: string,
): Finding {
  const denied = answers.filter((a) => a.allowed === false).map((a) => a.permission)
  if (denied.length > 0) {
    const byResource = new Map<string, string[]>()
    for (const p of denied) byResource.set(nameOf(p), [...(byResource.get(nameOf(p)) ?? []), p.verb])
    const lines = [...byResource].map(([resource, vs]) => `${resource}: ${vs.join(', ')}`)
    return fail([`you may not do everything that this release needs in "${namespace}"`, ...lines].join('\n'), {
      text: 'Ask an administrator for the rights, for example with the built-in role "admin" in this namespace:',
      command: `kubectl create rolebinding mlflow-setup --clusterrole=admin --user=${user || 'YOU'} --namespace ${namespace}`,
    })
  }
  const open = answers.filter((a) => a.allowed === undefined).length
  if (open > 0) return unknown(`${open} of ${answers.length} permissions could not be asked for`)
  const kinds = new Set(answers.map((a) => nameOf(a.permission))).size
  return pass(`you may create and watch all ${kinds} kinds that this release needs`)
}
