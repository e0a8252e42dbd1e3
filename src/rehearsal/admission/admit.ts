import { randomUUID } from 'node:crypto'
import { forbidden } from '../api/errors.js'
import type { Resource } from '../api/resources.js'
import type { Admission, WriteOptions } from '../api/writer.js'
import { clone, type Json } from '../json.js'
import type { Store } from '../store/store.js'
import { podSecurityViolations } from './pod-security.js'

/** Why the scenario refuses a pod: the text after `is forbidden: `. */
export type PodRefusal = (pod: Json, isDryRun: boolean) => string | undefined

const isDefaultClass = (o: Json) => o.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'

/**
 * Admission of all writes.
 * @param namespaceLabels added to each namespace that a client creates
 */
export function createAdmission(store: Store, refuse: PodRefusal, namespaceLabels: Record<string, string>): Admission {
  const byKind: Record<string, (r: Resource, o: Json, old: Json | undefined, options: WriteOptions) => void> = {
    Namespace(_r, o, old) {
      if (!old && !isSystem(o.metadata.name)) o.metadata.labels = { ...namespaceLabels, ...o.metadata.labels }
    },
    PersistentVolumeClaim(_r, o, old) {
      if (old) return
      if (o.spec.storageClassName === undefined) {
        const standard = store.ofKind('StorageClass').find(isDefaultClass)
        if (standard) o.spec.storageClassName = standard.metadata.name
      }
      o.metadata.finalizers = [...(o.metadata.finalizers ?? []), 'kubernetes.io/pvc-protection']
    },
    Job: (_r, o, old) => nameJobPods(o, old),
    Pod(r, o, old, { dryRun }) {
      if (old) return
      const { name, namespace } = o.metadata
      const level = levelOf(store, namespace, 'enforce')
      const violations = podSecurityViolations(level, o.spec)
      if (violations) throw forbidden(r, name, `violates PodSecurity "${level}:latest": ${violations}`)
      const account = o.spec.serviceAccountName
      if (!store.find('ServiceAccount', namespace, account)) {
        throw forbidden(
          r,
          name,
          `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
        )
      }
      const refused = refuse(o, dryRun === true)
      if (refused) throw forbidden(r, name, refused)
    },
  }
  return (r, o, old, options) => {
    byKind[r.kind]?.(r, o, old, options)
    const template = o.spec?.jobTemplate?.spec.template.spec ?? o.spec?.template?.spec
    const level = levelOf(store, o.metadata.namespace, 'warn') || levelOf(store, o.metadata.namespace, 'enforce')
    const violations = template && podSecurityViolations(level, template)
    if (violations) options.warnings?.push(`would violate PodSecurity "${level}:latest": ${violations}`)
  }
}

/** Namespaces that the cluster brings with it. */
export const isSystem = (namespace: string): boolean => namespace === 'default' || namespace.startsWith('kube-')

const levelOf = (store: Store, namespace: string | undefined, mode: string): string =>
  store.find('Namespace', undefined, namespace ?? '')?.metadata.labels?.[`pod-security.kubernetes.io/${mode}`] ?? ''

/** Labels by which a Job knows its pods. */
function nameJobPods(o: Json, old: Json | undefined): void {
  const { template } = o.spec
  const keep =
    old &&
    Object.fromEntries(
      Object.entries(old.spec.template.metadata.labels ?? {}).filter(([key]) => /controller-uid|job-name/.test(key)),
    )
  const uid = randomUUID()
  const made = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': o.metadata.name,
    'controller-uid': uid,
    'job-name': o.metadata.name,
  }
  template.metadata.labels = { ...template.metadata.labels, ...(keep ?? made) }
  o.spec.selector ??= old ? clone(old.spec.selector) : { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } }
}
