import type { Clock } from '../../ports/clock.js'
import type { Cluster } from '../../ports/cluster.js'
import { createApiClient } from './client.js'
import type { Credentials } from './credentials.js'
import { followLog, readLog } from './logs.js'
import { readText } from './transport.js'
import { watchKinds, type WatchTuning } from './watch.js'

export interface ClusterOptions {
  context: string
  server: string
  credentials: Credentials
  clock: Clock
  /** Times of the watch; the defaults suit real clusters. */
  tuning?: Partial<WatchTuning>
}

/** The Kubernetes API of one context behind the port. Nothing is contacted before the first call. */
export function createCluster({ context, server, credentials, clock, tuning }: ClusterOptions): Cluster {
  const client = createApiClient(server, credentials, clock)
  return {
    context,
    server,
    get: (path, query) => client.json({ path, query }),
    create: (path, body, query) => client.json({ method: 'POST', path, body, query }),
    patch: (path, body, query) =>
      client.json({ method: 'PATCH', path, body, query, contentType: 'application/merge-patch+json' }),
    async delete(path, query) {
      // The answer says only what was deleted; reading it frees the connection.
      await readText(await client.open({ method: 'DELETE', path, query }), server, 30_000)
    },
    watch: (request, signal) => watchKinds(client, request, signal, clock, tuning),
    logs: (request) => readLog(client, request),
    followLogs: (request, signal) => followLog(client, request, signal),
  }
}
