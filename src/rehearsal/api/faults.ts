import { forbidden, StatusError } from './errors.js'
import { resources } from './resources.js'

/** A request as the authorizer sees it. */
export interface Access {
  verb: string
  group: string
  resource: string
  subresource: string
  namespace: string
  name: string
}

/** A scripted failure of the API. What is left out matches everything. */
export interface ApiFault {
  verb?: string | readonly string[]
  /** Plural name. */
  resource?: string | readonly string[]
  /** Of the URL's path, without the server's prefix. */
  path?: RegExp
  /** Only so many requests; default: all. */
  times?: number
  /** HTTP status of a refusal, a cut connection, or no answer at all. */
  answer: 401 | 403 | 404 | 410 | 429 | 500 | 503 | 504 | 'reset' | 'silence'
  /** Seconds, with 429. */
  retryAfter?: number
}

const matches = (wanted: string | readonly string[] | undefined, value: string) =>
  wanted === undefined || (typeof wanted === 'string' ? wanted === value : wanted.includes(value))

/** The failures that tests and scenarios have put into the API. */
export class ApiFaults {
  private readonly faults: { fault: ApiFault; left: number }[] = []
  /** Sends each watch event twice. */
  duplicateEvents = false
  /** Sends after each change of an object its previous version once more, as a lagging server may. */
  staleEvents = false

  /** Returns how to take it back. */
  add(fault: ApiFault): () => void {
    const entry = { fault, left: fault.times ?? Infinity }
    this.faults.push(entry)
    return () => {
      const at = this.faults.indexOf(entry)
      if (at >= 0) this.faults.splice(at, 1)
    }
  }

  clear(): void {
    this.faults.length = 0
    this.duplicateEvents = false
    this.staleEvents = false
  }

  /** The fault that hits this request, counted as used. */
  hit(access: Access | undefined, path: string): ApiFault | undefined {
    const entry = this.faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.path?.test(path) ?? true) &&
        (access ? matches(fault.verb, access.verb) && matches(fault.resource, access.resource) : !fault.verb && !fault.resource),
    )
    if (entry) entry.left--
    return entry?.fault
  }

  /** Whether the authorizer would refuse: what a SelfSubjectAccessReview has to say. */
  denies(access: Access): boolean {
    return this.faults.some(
      ({ fault, left }) =>
        left > 0 &&
        fault.answer === 403 &&
        !fault.path &&
        matches(fault.verb, access.verb) &&
        matches(fault.resource, access.resource),
    )
  }
}

const texts: Record<number, [reason: string, message: string]> = {
  401: ['Unauthorized', 'Unauthorized'],
  404: ['NotFound', 'the server could not find the requested resource'],
  410: ['Expired', 'The resourceVersion for the provided list is too old.'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
}

/** What a server says with that status. @param user name in refusals of the authorizer */
export function refusal(code: number, access: Access | undefined, user: string): StatusError {
  const resource = resources.find((r) => r.group === access?.group && r.plural === access.resource)
  if (code === 403 && access && resource) {
    const { verb, group, subresource, namespace, name } = access
    const what = `"${access.resource}${subresource ? `/${subresource}` : ''}" in API group "${group}"`
    const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
    return forbidden(resource, name, `User "${user}" cannot ${verb} resource ${what} ${where}`)
  }
  const [reason, message] = texts[code] ?? ['Forbidden', 'forbidden']
  return new StatusError(reason, message, undefined, code)
}
