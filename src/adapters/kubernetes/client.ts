import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../ports/clock.js'
import { ApiError } from '../../ports/cluster.js'
import type { Credentials } from './credentials.js'
import { errorOfAnswer, errorOfNetwork, ThrottledError } from './errors.js'
import { readText, send } from './transport.js'

export interface ApiRequest {
  method?: string
  /** e.g. `/api/v1/namespaces/ml/pods`. */
  path: string
  query?: Record<string, string>
  body?: object
  contentType?: string
  /** Until the answer begins and between its pieces; default 30 s. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Requests to one API server, with its credentials. */
export interface ApiClient {
  readonly server: string
  /** The answer of a 2xx, its body unread. @throws ApiError */
  open(request: ApiRequest): Promise<IncomingMessage>
  /** The whole body. @throws ApiError */
  text(request: ApiRequest): Promise<string>
  /** @throws ApiError */
  json<T>(request: ApiRequest): Promise<T>
}

const defaultTimeoutMs = 30_000
const maxThrottles = 5
const longestThrottleMs = 30_000

/**
 * Renews the credentials once after a 401 and waits as often as the API's flow control asks for it (429 and 503 with
 * `Retry-After`, which it sends before it has done anything); all other failures are the caller's to judge.
 */
export function createApiClient(server: string, credentials: Credentials, clock: Clock): ApiClient {
  async function once(request: ApiRequest): Promise<IncomingMessage> {
    const timeoutMs = request.timeoutMs ?? defaultTimeoutMs
    const query = new URLSearchParams(request.query).toString()
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    for (let renewed = false; ; renewed = true) {
      const access = await credentials.access().catch((error: unknown) => {
        throw error instanceof ApiError ? error : new ApiError((error as Error).message, 0, 'Credentials')
      })
      const answer = await send(server, access, {
        method: request.method ?? 'GET',
        path: request.path + (query ? `?${query}` : ''),
        timeoutMs,
        ...(body === undefined ? {} : { body, headers: { 'content-type': request.contentType ?? 'application/json' } }),
        ...(request.signal ? { signal: request.signal } : {}),
      })
      const status = answer.statusCode ?? 0
      if (status >= 200 && status < 300) return answer
      const text = await readText(answer, server, timeoutMs)
      if (status === 401 && !renewed) {
        credentials.refresh(access)
        continue
      }
      throw errorOfAnswer(status, text, answer.headers['retry-after'])
    }
  }

  async function open(request: ApiRequest): Promise<IncomingMessage> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(request)
      } catch (error) {
        const wait = error instanceof ThrottledError ? error.retryAfterMs : Infinity
        if (wait > longestThrottleMs || attempt >= maxThrottles || request.signal?.aborted) throw error
        await clock.sleep(wait, request.signal)
      }
    }
  }

  async function text(request: ApiRequest): Promise<string> {
    return readText(await open(request), server, request.timeoutMs ?? defaultTimeoutMs)
  }

  return {
    server,
    open,
    text,
    async json<T>(request: ApiRequest): Promise<T> {
      const body = await text(request)
      try {
        return JSON.parse(body) as T
      } catch {
        throw errorOfNetwork(
          Object.assign(new Error('the answer is not JSON (a proxy or login page?)'), { code: 'NotJson' }),
          server,
        )
      }
    },
  }
}
