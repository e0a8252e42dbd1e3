import type { LogRequest } from '../../ports/cluster.js'
import type { ApiClient, ApiRequest } from './client.js'
import { readLines } from './transport.js'

/** Enough for any tail that is shown; a container may write lines without end. */
const limitBytes = 256 * 1024

const requestOf = (log: LogRequest, more: Record<string, string>): ApiRequest => ({
  path: `/api/v1/namespaces/${log.namespace}/pods/${log.pod}/log`,
  query: {
    ...(log.container ? { container: log.container } : {}),
    ...(log.previous ? { previous: 'true' } : {}),
    ...(log.tailLines === undefined ? {} : { tailLines: String(log.tailLines) }),
    ...more,
  },
})

/** Last lines of a container's log. @throws ApiError */
export async function readLog(client: ApiClient, log: LogRequest): Promise<string[]> {
  const text = await client.text(requestOf(log, { limitBytes: String(limitBytes) }))
  return text.split('\n').filter((line) => line !== '')
}

/** Lines as they come, until the container ends or the signal aborts. @throws ApiError */
export async function* followLog(client: ApiClient, log: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
  try {
    const answer = await client.open({ ...requestOf(log, { follow: 'true' }), signal })
    yield* readLines(answer, client.server)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
