import type { Json } from '../json.js'
import type { Store } from '../store/store.js'
import { isReady } from '../controllers/context.js'
import { smokeSteps } from '../../core/smoke/steps.js'
import { componentOf, logLines, type LogLine, type ScriptedBehaviour } from './behaviour.js'

const instanceOf = (o: Json): string => o.metadata.labels?.['app.kubernetes.io/instance'] ?? ''
const sameRelease = (store: Store, kind: string, pod: Json, component: string): Json[] =>
  store.ofKind(kind, pod.metadata.namespace).filter((o) => instanceOf(o) === instanceOf(pod) && componentOf(o) === component)

/** With an external database there is nothing to wait for. */
const isDatabaseReady = (pod: Json, store: Store) =>
  sameRelease(store, 'StatefulSet', pod, 'postgresql').length === 0 || sameRelease(store, 'Pod', pod, 'postgresql').some(isReady)

/** The newest migration Job of the release is complete. */
function isSchemaCurrent(pod: Json, store: Store): boolean {
  const jobs = sameRelease(store, 'Job', pod, 'migration')
  const newest = jobs.sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp)).at(-1)
  return newest === undefined || (newest.status?.conditions ?? []).some((c: Json) => c.type === 'Complete' && c.status === 'True')
}

const smokeGapMs = 250
/** The smoke test's own lines: one per step, as the real one prints them. */
const smokeLog: LogLine[] = smokeSteps.map(({ id }, i) => ({
  after: (i + 1) * smokeGapMs,
  text: JSON.stringify({ smoke: { step: id, ok: true, detail: 'simulated', ms: 10 + 7 * i } }),
}))

/** What the containers of the chart do when all goes well. Weaker than any scenario. */
export const roles: readonly ScriptedBehaviour[] = [
  {
    match: { containers: ['postgresql'] },
    bootMs: 1500,
    log: logLines(
      300,
      'PostgreSQL init process complete; ready for start up.',
      'LOG:  listening on IPv4 address "0.0.0.0", port 5432',
      'LOG:  database system is ready to accept connections',
    ),
  },
  {
    match: { containers: ['seaweedfs'] },
    bootMs: 1500,
    log: logLines(
      300,
      'Start Seaweed Master at 0.0.0.0:9333',
      'Start Seaweed volume server',
      'Start Seaweed S3 API Server at http port 8333',
    ),
  },
  {
    match: { components: ['migration'] },
    waits: { until: isDatabaseReady, text: 'waiting for the database' },
    runMs: 2500,
    log: logLines(
      800,
      'INFO mlflow.store.db.utils: Creating initial MLflow database tables...',
      'INFO mlflow.store.db.utils: Updating database tables',
      'INFO [alembic.runtime.migration] Will assume transactional DDL.',
    ),
  },
  {
    match: { containers: ['wait-for-schema'] },
    waits: { until: isSchemaCurrent, text: 'waiting for the migration: the schema is older than this image' },
    runMs: 500,
    log: logLines(0, 'tracking and auth schema are at the head of this image'),
  },
  {
    match: { components: ['server'], containers: ['mlflow'] },
    bootMs: 6000,
    log: logLines(
      1500,
      'INFO mlflow.server: starting',
      'INFO:     Started server process [1]',
      'INFO:     Waiting for application startup.',
      'INFO:     Application startup complete.',
      'INFO:     Uvicorn running on http://0.0.0.0:5000',
    ),
  },
  { match: { components: ['smoke-test'] }, runMs: smokeGapMs * (smokeSteps.length + 2), log: smokeLog },
  {
    match: { components: ['backup'], containers: ['dump'] },
    runMs: 1500,
    log: logLines(500, 'pg_dump: dumping contents of table "public.experiments"', 'dump complete'),
  },
  {
    match: { components: ['backup'], containers: ['upload'] },
    runMs: 1500,
    log: logLines(500, 'INFO  : Transferred: 100%, 2 / 2', 'INFO  : 0 differences found'),
  },
  { match: {}, log: logLines(0, 'started') },
]
