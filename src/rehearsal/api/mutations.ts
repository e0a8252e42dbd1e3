import { jsonPatch, mergePatch, strategicMerge } from '../apply/merge-patches.js'
import { serverSideApply } from '../apply/server-side-apply.js'
import { timestamp, type Clock } from '../clock.js'
import { clone, type Json } from '../json.js'
import type { Store } from '../store/store.js'
import { notFound, StatusError } from './errors.js'
import type { ApiRequest } from './request.js'
import type { WriteOptions, Writer } from './writer.js'

/** What a mutation needs of the server. */
export interface MutationParts {
  store: Store
  writer: Writer
  clock: Clock
}

/** HTTP status and JSON body. */
export interface Answer {
  code: number
  body: Json
}

const optionsOf = (request: ApiRequest, warnings: string[]): WriteOptions => ({
  manager: request.manager,
  dryRun: request.dryRun,
  warnings,
  ...(request.query.has('fieldValidation') ? { fieldValidation: request.query.get('fieldValidation')! } : {}),
  ...(request.subresource ? { subresource: request.subresource } : {}),
})

/** POST. @throws StatusError */
export function create({ writer }: MutationParts, request: ApiRequest, warnings: string[]): Answer {
  return {
    code: 201,
    body: writer.write(request.resource, request.namespace, request.body(), undefined, optionsOf(request, warnings)),
  }
}

/** PUT. @throws StatusError */
export function update({ store, writer }: MutationParts, request: ApiRequest, warnings: string[]): Answer {
  const { resource, namespace, name } = request
  const old = store.get(resource, namespace, name)
  return { code: 200, body: writer.write(resource, namespace, request.body(), old, optionsOf(request, warnings)) }
}

const patchTypes: Record<string, (model: string, old: Json, patch: Json) => Json> = {
  'application/json-patch+json': (_model, old, patch) => jsonPatch(old, patch),
  'application/merge-patch+json': (_model, old, patch) => mergePatch(old, patch),
  'application/strategic-merge-patch+json': strategicMerge,
}

/** PATCH of all four kinds. @throws StatusError */
export function patch(parts: MutationParts, request: ApiRequest, warnings: string[]): Answer {
  const { resource, namespace, name, contentType } = request
  const old = parts.store.peek(resource, namespace, name)
  if (contentType === 'application/apply-patch+yaml') return apply(parts, request, old, warnings)
  if (!old) throw notFound(resource, name)
  const change = patchTypes[contentType]
  if (!change) {
    const known = [...Object.keys(patchTypes), 'application/apply-patch+yaml'].join(', ')
    throw new StatusError(
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${known}`,
    )
  }
  const body = request.body()
  const next = change(resource.model, clone(old), body)
  // Only a version that the patch itself names is a precondition.
  if (!Array.isArray(body) && !body.metadata?.resourceVersion) delete next.metadata.resourceVersion
  return { code: 200, body: parts.writer.write(resource, namespace, next, old, optionsOf(request, warnings)) }
}

function apply({ writer, clock }: MutationParts, request: ApiRequest, old: Json | undefined, warnings: string[]): Answer {
  const { resource, namespace, name, query } = request
  if (!query.get('fieldManager')) {
    throw new StatusError(
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    )
  }
  const body = request.body()
  body.metadata ??= {}
  body.metadata.name ??= name
  if (resource.namespaced) body.metadata.namespace ??= namespace
  const options = optionsOf(request, warnings)
  // Unknown fields are looked for in what was sent, not in what is merged.
  const { o } = writer.decode(resource, body, options)
  const merged = serverSideApply(
    resource.model,
    old,
    o,
    { manager: request.manager, time: timestamp(clock.now()) },
    query.get('force') === 'true',
  )
  const written = writer.write(resource, namespace, merged, old, { ...options, fieldValidation: 'Ignore', keepOwnership: true })
  return { code: old ? 200 : 201, body: written }
}

/** DELETE of one object. @throws StatusError */
export function remove({ store }: MutationParts, request: ApiRequest): Answer {
  const { resource, namespace, name, query } = request
  const body = request.body()
  const policy = query.get('propagationPolicy') ?? body.propagationPolicy
  const grace = query.get('gracePeriodSeconds') ?? body.gracePeriodSeconds
  if (request.dryRun || body.dryRun?.includes('All')) return { code: 200, body: store.get(resource, namespace, name) }
  const { object, gone } = store.delete(resource, namespace, name, {
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(grace !== undefined ? { gracePeriodSeconds: Number(grace) } : {}),
    ...(body.preconditions ? { preconditions: body.preconditions } : {}),
  })
  if (!gone || resource.kind === 'Pod') return { code: 200, body: object }
  const details = { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.plural, uid: object.metadata.uid }
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
}

/** GET and PATCH of the scale subresource. @throws StatusError */
export function scale({ store, writer }: MutationParts, request: ApiRequest): Answer {
  const { resource, namespace, name, verb } = request
  let o = store.get(resource, namespace, name)
  if (verb !== 'get') {
    const next = clone(o)
    next.spec.replicas = request.body().spec?.replicas ?? next.spec.replicas
    delete next.metadata.resourceVersion
    o = writer.write(resource, namespace, next, o, { manager: request.manager, subresource: 'scale' })
  }
  const { uid, resourceVersion, creationTimestamp } = o.metadata
  const labels = Object.entries(o.spec.selector?.matchLabels ?? {}).map(([k, v]) => `${k}=${v}`)
  return {
    code: 200,
    body: {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: o.spec.replicas },
      status: { replicas: o.status?.replicas ?? 0, selector: labels.join(',') },
    },
  }
}
