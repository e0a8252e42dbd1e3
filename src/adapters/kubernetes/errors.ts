import { ApiError } from '../../ports/cluster.js'

/** The API asked to come back later (429, 503 with `Retry-After`). */
export class ThrottledError extends ApiError {
  constructor(
    message: string,
    status: number,
    reason: string,
    readonly retryAfterMs: number,
  ) {
    super(message, status, reason)
  }
}

interface StatusBody {
  kind?: string
  message?: string
  reason?: string
  code?: number
}

/** The error behind an HTTP answer outside 2xx; its body is a `metav1.Status`, or whatever a proxy said. */
export function errorOfAnswer(status: number, body: string, retryAfter?: string): ApiError {
  let parsed: StatusBody = {}
  try {
    parsed = JSON.parse(body) as StatusBody
  } catch {
    // Not the API itself: the text below shows what it said.
  }
  const message = parsed.message ?? (body.trim().slice(0, 300) || `HTTP ${status}`)
  const reason = parsed.reason || wordOf(status)
  const seconds = Number(retryAfter)
  if ((status === 429 || status === 503) && Number.isFinite(seconds))
    return new ThrottledError(message, status, reason, seconds * 1000)
  return new ApiError(message, status, reason)
}

/** The error behind an `ERROR` watch event, whose object is a `metav1.Status`. */
export function errorOfEvent(object: StatusBody): ApiError {
  const code = object.code ?? 500
  return new ApiError(object.message ?? 'the watch ended with an error', code, object.reason ?? wordOf(code))
}

/** The error behind a request without an HTTP answer. */
export function errorOfNetwork(error: unknown, server: string): ApiError {
  if (error instanceof ApiError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code ?? 'NetworkError'
  return new ApiError(`cannot reach ${server}: ${explain(reason) ?? message ?? String(error)}`, 0, reason)
}

const explanations: Record<string, string> = {
  ECONNREFUSED: 'connection refused (is the cluster running, is the address right?)',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve at the moment',
  ETIMEDOUT: 'no answer in time (network, firewall or VPN?)',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'no route to the host (VPN?)',
  ENETUNREACH: 'no route to the network (VPN?)',
  CERT_HAS_EXPIRED: "the API server's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the API server's certificate is for another name; set tls-server-name in the kubeconfig to the name in the certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the API server's certificate is not signed by the certificate authority in the kubeconfig",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the API server's certificate chain does not end in the certificate authority of the kubeconfig (a proxy that opens TLS?)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the API server's certificate is not signed by the certificate authority in the kubeconfig",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the API server's certificate is not signed by the certificate authority in the kubeconfig",
}
const explain = (code: string) => (explanations[code] ? `${explanations[code]} [${code}]` : undefined)

const words: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}
const wordOf = (status: number) => words[status] ?? `HTTP${status}`
