import { parseQuantity } from '../../core/text/quantity.js'
import { invalid, type StatusCause } from '../api/errors.js'
import type { Resource } from '../api/resources.js'
import { same, type Json } from '../json.js'

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

const required = (field: string): StatusCause => ({ reason: 'FieldValueRequired', message: 'Required value', field })
const refused = (field: string, value: Json, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
})
const forbiddenChange = (field: string, why: string): StatusCause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
})

/**
 * The part of API validation that installers run into: names, labels, selectors, mounts, limits, immutable fields.
 * @param missing required fields that the structural check did not find
 * @throws StatusError 422
 */
export function validate(r: Resource, o: Json, old: Json | undefined, missing: readonly string[]): void {
  const name: string = o.metadata.name ?? ''
  const causes = [...missing.map(required), ...problemsOfMetadata(r, o), ...problemsOfPods(r, o)]
  if (old) causes.push(...(problemsOfChange[r.kind]?.(o, old) ?? []))
  if (causes.length > 0) throw invalid(r, name, causes)
}

function problemsOfMetadata(r: Resource, { metadata }: Json): StatusCause[] {
  const { name, labels } = metadata
  const causes: StatusCause[] = []
  if (!name) causes.push({ ...required('metadata.name'), message: 'Required value: name or generateName is required' })
  else if (!r.group.startsWith('rbac') && (!dnsName.test(name) || name.length > (r.kind === 'Service' ? 63 : 253))) {
    causes.push(
      refused(
        'metadata.name',
        name,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      ),
    )
  }
  for (const value of Object.values(labels ?? {}) as string[]) {
    if (value.length > 63) causes.push(refused('metadata.labels', value, 'must be no more than 63 characters'))
    else if (!labelValue.test(value)) {
      causes.push(
        refused(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      )
    }
  }
  return causes
}

function problemsOfPods(r: Resource, { spec }: Json): StatusCause[] {
  const pod = r.kind === 'Pod' ? spec : spec?.template?.spec
  if (!pod) return []
  const base = r.kind === 'Pod' ? 'spec' : 'spec.template.spec'
  const causes: StatusCause[] = []
  const labels = spec.template?.metadata?.labels ?? {}
  const selector = Object.entries(spec.selector?.matchLabels ?? {})
  if (r.kind !== 'Job' && !selector.every(([k, v]) => r.kind === 'Pod' || labels[k] === v)) {
    causes.push(refused('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  }
  if (!pod.containers?.length) causes.push(required(`${base}.containers`))
  const volumes = [
    ...(pod.volumes ?? []).map((v: Json) => v.name),
    ...(spec.volumeClaimTemplates ?? []).map((c: Json) => c.metadata.name),
  ]
  for (const field of ['initContainers', 'containers']) {
    for (const [i, c] of (pod[field] ?? []).entries()) {
      const at = `${base}.${field}[${i}]`
      if (!c.image) causes.push(required(`${at}.image`))
      for (const [j, mount] of (c.volumeMounts ?? []).entries()) {
        if (!volumes.includes(mount.name)) {
          causes.push({
            reason: 'FieldValueNotFound',
            message: `Not found: "${mount.name}"`,
            field: `${at}.volumeMounts[${j}].name`,
          })
        }
      }
      for (const [resource, request] of Object.entries<string>(c.resources?.requests ?? {})) {
        const limit = c.resources.limits?.[resource]
        if (limit !== undefined && amountOf(request) > amountOf(limit)) {
          causes.push(refused(`${at}.resources.requests`, request, `must be less than or equal to ${resource} limit of ${limit}`))
        }
      }
    }
  }
  if (r.kind === 'Job' && pod.restartPolicy === 'Always') {
    const message = 'Unsupported value: "Always": supported values: "OnFailure", "Never"'
    causes.push({ reason: 'FieldValueNotSupported', message, field: `${base}.restartPolicy` })
  }
  return causes
}

/** Cores or bytes; 0 for what is no quantity. */
export const amountOf = (quantity: Json): number => parseQuantity(String(quantity ?? 0)) ?? 0

const immutable = (field: string, next: Json, old: Json, why = 'field is immutable') =>
  same(next, old) ? [] : [refused(field, next, why)]
const without = (spec: Json, fields: string[]) => Object.fromEntries(Object.entries(spec).filter(([k]) => !fields.includes(k)))
const mutableOfStatefulSet = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const listed = (names: string[]) =>
  `${names
    .slice(0, -1)
    .map((n) => `'${n}'`)
    .join(', ')} and '${names.at(-1)}'`

const problemsOfChange: Record<string, (o: Json, old: Json) => StatusCause[]> = {
  Deployment: (o, old) => immutable('spec.selector', o.spec.selector, old.spec.selector),
  Job: (o, old) => immutable('spec.template', o.spec.template, old.spec.template),
  RoleBinding: (o, old) => immutable('roleRef', o.roleRef, old.roleRef, 'cannot change roleRef'),
  Service: (o, old) => immutable('spec.clusterIPs[0]', o.spec.clusterIPs, old.spec.clusterIPs, 'may not change once set'),
  Secret: (o, old) => [
    ...immutable('type', o.type, old.type),
    ...(old.immutable && !same(o.data, old.data) ? [forbiddenChange('data', 'field is immutable when `immutable` is set')] : []),
  ],
  StatefulSet(o, old) {
    if (same(without(o.spec, mutableOfStatefulSet), without(old.spec, mutableOfStatefulSet))) return []
    return [
      forbiddenChange('spec', `updates to statefulset spec for fields other than ${listed(mutableOfStatefulSet)} are forbidden`),
    ]
  },
  PersistentVolumeClaim(o, old) {
    const mutable = ['resources', 'volumeName', 'volumeAttributesClassName']
    if (!same(without(o.spec, mutable), without(old.spec, mutable))) {
      return [
        forbiddenChange(
          'spec',
          'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ),
      ]
    }
    const size = (claim: Json) => amountOf(claim.spec.resources?.requests?.storage)
    return size(o) < size(old)
      ? [forbiddenChange('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []
  },
}
