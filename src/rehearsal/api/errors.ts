import type { Json } from '../json.js'
import { qualifiedName, type Resource } from './resources.js'

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
const codes: Record<string, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
}

/** One reason in the details of a Status. */
export interface StatusCause {
  reason: string
  message: string
  field?: string
}

/** A refusal of the simulated API. */
export class StatusError extends Error {
  readonly code: number

  constructor(
    readonly reason: string,
    message: string,
    readonly details?: Record<string, unknown>,
    code?: number,
  ) {
    super(message)
    this.code = code ?? codes[reason] ?? 500
  }

  /** The metav1.Status that a real server would send. */
  get body(): Json {
    const { message, reason, details, code } = this
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details ? { details } : {}),
      code,
    }
  }
}

const detailsOf = (r: Resource, name: string) => ({ name, ...(r.group ? { group: r.group } : {}), kind: r.plural })

/** 404 */
export const notFound = (r: Resource, name: string) =>
  new StatusError('NotFound', `${qualifiedName(r)} "${name}" not found`, detailsOf(r, name))

/** 409 of a create. */
export const alreadyExists = (r: Resource, name: string) =>
  new StatusError('AlreadyExists', `${qualifiedName(r)} "${name}" already exists`, detailsOf(r, name))

/** 409 of a write with an old resourceVersion. */
export const conflict = (r: Resource, name: string) =>
  new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedName(r)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(r, name),
  )

/** 403 of the authorizer or of admission. @param name '' for a collection */
export const forbidden = (r: Resource, name: string, why: string) =>
  new StatusError('Forbidden', `${qualifiedName(r)} ${name ? `"${name}" ` : ''}is forbidden: ${why}`, detailsOf(r, name))

/** 422 with one cause per field. */
export function invalid(r: Resource, name: string, causes: StatusCause[]): StatusError {
  const list = causes.map((c) => `${c.field}: ${c.message}`)
  const kind = r.group ? `${r.kind}.${r.group}` : r.kind
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`
  return new StatusError('Invalid', `${kind} "${name}" is invalid: ${text}`, { ...detailsOf(r, name), kind: r.kind, causes })
}

/** No such path. */
export const notServed = () =>
  new StatusError('NotFound', 'the server could not find the requested resource', {
    causes: [{ reason: 'UnexpectedServerResponse', message: '404 page not found' }],
  })
