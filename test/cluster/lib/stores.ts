import { rcloneRef } from '../images/refs.js'
import { secret } from './kubectl.js'
import { exec, runPod, type PodSpec } from './pods.js'

/** Rows of a query in the embedded PostgreSQL, each as its columns. */
export async function sql(
  namespace: string,
  query: string,
  { fullname = 'mlflow', database = 'mlflow', user = 'mlflow' } = {},
): Promise<string[][]> {
  const { 'postgres-password': password } = await secret(namespace, `${fullname}-secret`)
  const url = `postgresql://${user}@127.0.0.1/${database}`
  const command = ['env', `PGPASSWORD=${password}`, 'psql', url, '-AtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', query]
  const { code, stdout, stderr } = await exec(namespace, `${fullname}-postgresql-0`, command, 'postgresql')
  if (code !== 0) throw new Error(`psql: ${stderr.trim()}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
}

/** A pod with rclone that reaches the embedded object store as remote `store:`. */
function rclonePod(namespace: string, name: string, command: readonly string[], fullname: string, env: PodSpec['env']): PodSpec {
  return {
    namespace,
    name,
    image: rcloneRef,
    command,
    // The policies let the backup reach the store, and nobody else of our own pods.
    labels: {
      'app.kubernetes.io/name': 'mlflow',
      'app.kubernetes.io/instance': fullname,
      'app.kubernetes.io/component': 'backup',
    },
    env: {
      // Quiet about what goes well after a retry: the log is the output.
      RCLONE_LOG_LEVEL: 'ERROR',
      RCLONE_LOW_LEVEL_RETRIES: '20',
      RCLONE_CONFIG: '/tmp/rclone.conf',
      RCLONE_CONFIG_STORE_TYPE: 's3',
      RCLONE_CONFIG_STORE_PROVIDER: 'Other',
      RCLONE_CONFIG_STORE_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_STORE_ENDPOINT: `http://${fullname}-objects:8333`,
      RCLONE_CONFIG_STORE_REGION: 'us-east-1',
      RCLONE_CONFIG_STORE_ACCESS_KEY_ID: { secret: `${fullname}-secret`, key: 's3-access-key' },
      RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: { secret: `${fullname}-secret`, key: 's3-secret-key' },
      ...env,
    },
  }
}

let count = 0

/** Runs a command in a pod with rclone; tries again on its own, as a new pod's address is known to the policies only after a moment. */
async function run(namespace: string, command: readonly string[], fullname: string, env: PodSpec['env'] = {}): Promise<string> {
  count += 1
  const { code, log } = await runPod(rclonePod(namespace, `rclone-${count}`, command, fullname, env))
  if (code !== 0) throw new Error(`${command.join(' ')}: ${log}`)
  return log
}

/** Runs rclone with the release's own credentials and returns what it printed. Throws with that when it fails. */
export const rclone = (namespace: string, args: readonly string[], fullname = 'mlflow'): Promise<string> =>
  run(namespace, ['rclone', ...args], fullname)

/** Paths of all objects of a bucket of the embedded store. */
export async function objects(namespace: string, bucket: string, fullname = 'mlflow'): Promise<string[]> {
  const log = await rclone(namespace, ['lsf', '-R', '--files-only', `store:${bucket}`], fullname)
  return log.split('\n').filter(Boolean)
}

/**
 * Runs rclone with the remote `vault:` that decrypts what the backups put at `path` (bucket and folder), and returns what it
 * printed. The key is the release's own.
 */
export async function vault(namespace: string, path: string, args: readonly string[], fullname = 'mlflow'): Promise<string> {
  const script = [
    'RCLONE_CONFIG_VAULT_PASSWORD=$(printf %s "$PASSWORD" | rclone obscure -)',
    'RCLONE_CONFIG_VAULT_PASSWORD2=$(printf %s "$SALT" | rclone obscure -)',
    'export RCLONE_CONFIG_VAULT_PASSWORD RCLONE_CONFIG_VAULT_PASSWORD2',
    'exec rclone "$@"',
  ].join('\n')
  return run(namespace, ['sh', '-c', script, 'rclone', ...args], fullname, {
    RCLONE_CONFIG_VAULT_TYPE: 'crypt',
    RCLONE_CONFIG_VAULT_REMOTE: `store:${path}`,
    RCLONE_CONFIG_VAULT_FILENAME_ENCRYPTION: 'off',
    RCLONE_CONFIG_VAULT_DIRECTORY_NAME_ENCRYPTION: 'false',
    PASSWORD: { secret: `${fullname}-backup-key`, key: 'password' },
    SALT: { secret: `${fullname}-backup-key`, key: 'salt' },
  })
}
