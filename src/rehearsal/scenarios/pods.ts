import { logLines } from '../kubelet/behaviour.js'
import type { Json } from '../json.js'
import type { Scenario } from './scenario.js'

// The words of containerd 2 behind kubelet's `Failed to pull image`.
const resolving = (image: string) => `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`
const repositoryOf = (image: string) => image.replace(/@.*$|:[^/:]*$/, '')
const hostOf = (image: string) => image.split('/')[0]

const server = { components: ['server'], containers: ['mlflow'] }
/** Server and migration run the same image. */
const serverImage = { components: ['server', 'migration'] }

const crashLog = logLines(
  100,
  'INFO mlflow.server: starting',
  'ERROR mlflow.cli: Error initializing backend store',
  'Traceback (most recent call last):',
  '  File "/usr/local/lib/python3.12/site-packages/mlflow/store/db/utils.py", line 131, in _verify_schema',
  '    raise MlflowException(',
  "mlflow.exceptions.MlflowException: Detected out-of-date database schema (found version 8b6ad64cb8f5, but expected f4a9b2c7d1e6). Take a backup of your database, then run 'mlflow db upgrade <database_uri>' to migrate your database to the latest schema. NOTE: schema migration may result in database downtime - please consult your database's documentation for more detail.",
)

/** The last key that the container's environment takes from a Secret: the one that is missing. */
function missingKey(pod: Json, container: Json): string {
  const refs: Json[] = (container.env ?? []).map((e: Json) => e.valueFrom?.secretKeyRef).filter(Boolean)
  const { name, key } = refs.at(-1) ?? { name: 'mlflow-secret', key: 'flask-secret-key' }
  return `couldn't find key ${key} in Secret ${pod.metadata.namespace}/${name}`
}

/** Courses in which containers or their pods fail. */
export const podScenarios: readonly Scenario[] = [
  {
    name: 'image-not-found',
    title: 'the server image does not exist',
    pods: [
      { match: serverImage, pullError: (image) => `rpc error: code = NotFound desc = ${resolving(image)}: ${image}: not found` },
    ],
  },
  {
    name: 'image-auth',
    title: 'the registry refuses the server image without credentials',
    pods: [
      {
        match: serverImage,
        pullError: (image) =>
          `rpc error: code = Unknown desc = ${resolving(image)}: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${hostOf(image)}/token?scope=${encodeURIComponent(`repository:${repositoryOf(image).replace(/^[^/]*\//, '')}:pull`)}&service=${hostOf(image)}: 401 Unauthorized`,
      },
    ],
  },
  {
    name: 'crash-loop',
    title: 'the server exits at each start',
    pods: [{ match: server, exit: { code: 1, after: 1500, reason: 'Error' }, log: crashLog }],
  },
  {
    name: 'oom',
    title: 'the server needs more memory than its limit',
    pods: [
      {
        match: server,
        exit: { code: 137, after: 2500, reason: 'OOMKilled' },
        log: logLines(200, 'INFO mlflow.server: starting', 'INFO:     Started server process [1]'),
      },
    ],
  },
  {
    name: 'unschedulable',
    title: 'no node has memory for the server',
    pods: [{ match: { components: ['server'] }, insufficient: 'memory' }],
  },
  {
    name: 'probe-failing',
    title: 'the server answers its readiness probe with 503',
    pods: [{ match: server, probeError: { readiness: 'HTTP probe failed with statuscode: 503' } }],
  },
  { name: 'config-error', title: "a key is missing in the server's Secret", pods: [{ match: server, configError: missingKey }] },
  { name: 'slow', title: 'nothing moves: images take a day', pods: [{ match: {}, pullMs: 24 * 3_600_000 }] },
]
