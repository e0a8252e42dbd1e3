import type { ContainerContext } from './rules/rule.js'

/** What a known log line means. */
export interface LogPattern {
  /** Stable name of the finding, part of the grouping. */
  id: string
  pattern: RegExp
  /** One line without a full stop; `m` is the match. */
  headline(m: RegExpExecArray, c: ContainerContext): string
  remedy(m: RegExpExecArray, c: ContainerContext): string
  /** It only says that the database is not there yet: tolerated while an embedded one is still coming up. */
  waitsForDatabase?: boolean
}

export interface LogFinding {
  id: string
  headline: string
  remedy: string
  waitsForDatabase: boolean
  /** The line that told. */
  line: string
}

const limitOf = (c: ContainerContext, what: string) => String(c.spec.resources?.limits?.[what] ?? 'none')

/** Known lines of MLflow, its database and its object store. The first pattern that occurs anywhere wins: specific before general. */
export const logPatterns: readonly LogPattern[] = [
  {
    id: 'schema-outdated',
    pattern: /out-of-date database schema \(found version (\w+), but expected (\w+)\)/,
    headline: (m) => `the database schema is ${m[1]}, this image needs ${m[2]}`,
    remedy: (_, c) =>
      `back up, then run mlflow-setup install again: it migrates; the log of the last try: kubectl -n ${c.namespace} logs -l app.kubernetes.io/instance=${c.release},app.kubernetes.io/component=migration`,
  },
  {
    id: 'schema-newer',
    pattern: /the (\w+) database has schema (\w+), which is newer than this image/,
    headline: (m) => `the ${m[1]} database has schema ${m[2]}, which is newer than this image`,
    remedy: () => 'schemas only go forward: use the newer image, or restore a backup from before the migration',
  },
  {
    id: 'servers-live',
    pattern: /running servers still have (\d+) connections/,
    headline: (m) => `running servers still have ${m[1]} connections to the database that must be migrated`,
    remedy: () =>
      'stop the servers first: run mlflow-setup install -f <values file> with maintenance.enabled: true in it, back up, then again with false',
  },
  {
    id: 'database-create',
    pattern: /database (\S+) for users is missing and the user (\S+) may not create it/,
    headline: (m) => `database ${m[1]} for users is missing and user ${m[2]} may not create it`,
    remedy: (m) => `as an administrator of the database: CREATE DATABASE "${m[1]}" OWNER "${m[2]}"`,
  },
  {
    id: 'database-certificate',
    pattern: /certificate verify failed|root certificate file "[^"]*" does not exist/,
    headline: () => "the database's certificate is not trusted",
    remedy: () =>
      'name a Secret with its certificate authority (backendStore.caSecret), or: mlflow-setup install --database-ssl-mode require (encrypted, not verified)',
  },
  {
    id: 'schema-unknown',
    pattern: /Can't locate revision identified by '(\w+)'/,
    headline: (m) =>
      `the database schema ${m[1]} is not known to this image: the database is newer, or tracking and auth share one database`,
    remedy: () =>
      'use the image version that wrote the database or restore a backup of that version; give auth a database of its own (backendStore.authDatabase)',
  },
  {
    id: 'database-password',
    pattern: /password authentication failed for user "([^"]+)"/,
    headline: (m) => `the database refuses the password of user "${m[1]}"`,
    remedy: (_, c) =>
      `an older volume keeps its old password: put it into the Secret (kubectl -n ${c.namespace} edit secret ${c.fullname}-secret, key postgres-password)`,
  },
  {
    id: 'database-missing',
    pattern: /database "([^"]+)" does not exist/,
    headline: (m) => `database "${m[1]}" does not exist`,
    remedy: (m) => `create it on the server: CREATE DATABASE "${m[1]}"`,
  },
  {
    id: 'database-permission',
    pattern: /permission denied for (schema|database|table) (\S+)/,
    headline: (m) => `the database user has no rights on ${m[1]} ${m[2]}`,
    remedy: () => 'make the user the owner of both databases: ALTER DATABASE <name> OWNER TO <user>',
  },
  {
    id: 'database-major',
    pattern: /initialized by PostgreSQL version (\d+), which is not compatible with this version (\d+)/,
    headline: (m) => `the data directory is of PostgreSQL ${m[1]}, the image is PostgreSQL ${m[2]}`,
    remedy: (m) => `go back to postgresql.image.tag=${m[1]}, then dump the databases and restore them into the new major`,
  },
  {
    id: 'dump-version',
    pattern: /server version: ([\d.]+)[^;]*; pg_dump version: ([\d.]+)/,
    headline: (m) => `pg_dump ${m[2]} is older than the server ${m[1]}`,
    remedy: (m) => `set postgresql.image.tag=${m[1]!.split('.')[0]}, which the backup uses too`,
  },
  {
    id: 'too-many-connections',
    pattern: /too many clients already|remaining connection slots are reserved/,
    headline: () => 'the database has no free connections',
    remedy: () => 'raise postgresql.maxConnections, or lower replicas, workers or mlflow.pool.maxOverflow',
  },
  {
    id: 'database-tls',
    pattern: /server does not support SSL, but SSL was required|no pg_hba\.conf entry for host .* (SSL off|no encryption)/,
    headline: () => 'database and server disagree about TLS',
    remedy: () => 'mlflow-setup install --database-ssl-mode disable|require|verify-full: what the database offers',
  },
  {
    id: 'database-host',
    pattern: /could not translate host name "([^"]+)"|failed to resolve host '([^']+)'/,
    headline: (m) => `the database host ${m[1] ?? m[2]} does not resolve`,
    remedy: () => 'mlflow-setup install --database-host <host>; network policies must allow DNS (port 53, UDP and TCP)',
    waitsForDatabase: true,
  },
  {
    id: 'database-refused',
    pattern:
      /connection (?:to server )?at "([^"]+)"[^\n]*port (\d+) failed: (Connection refused|Connection timed out|timeout expired)/i,
    headline: (m) => `the database ${m[1]}:${m[2]} does not answer (${m[3]!.toLowerCase()})`,
    remedy: (_, c) =>
      `kubectl -n ${c.namespace} get pods -l app.kubernetes.io/component=postgresql; for an external one: mlflow-setup install --database-host <host> --egress-cidr <its network>`,
    waitsForDatabase: true,
  },
  {
    id: 'database-refused',
    pattern:
      /(?:could not connect to server|psycopg[\w.]*\.OperationalError|OperationalError\))[^\n]*(?:refused|timed out|timeout)/i,
    headline: () => 'the database does not answer',
    remedy: (_, c) =>
      `kubectl -n ${c.namespace} get pods -l app.kubernetes.io/component=postgresql; for an external one: mlflow-setup install --database-host <host> --egress-cidr <its network>`,
    waitsForDatabase: true,
  },
  {
    id: 'driver-missing',
    pattern: /No module named '(psycopg2?|pymysql|mysqlclient|boto3|google\.cloud|azure)[^']*'/,
    headline: (m, c) => `image ${c.spec.image} has no driver ${m[1]}`,
    remedy: () => 'use the image with all drivers: mlflow-setup install --image-tag v3.18.0-full',
  },
  {
    id: 'auth-extra-missing',
    pattern: /requires the Flask-WTF package|No module named 'flask_wtf'/,
    headline: (_, c) => `image ${c.spec.image} lacks the auth extra (Flask-WTF)`,
    remedy: () => 'use the image with all extras: mlflow-setup install --image-tag v3.18.0-full',
  },
  {
    id: 'admin-password',
    // 3.17 removed the default password; the server refuses none, the old default and short ones before it starts.
    pattern:
      /needs a password to create the admin user|password must be (?:at least|a string longer than) \d+ characters|refusing to use the insecure default password/i,
    headline: (m) => `MLflow does not accept the admin password: ${m[0]}`,
    remedy: (_, c) =>
      `put one of 12 characters or more into the Secret, key admin-password: kubectl -n ${c.namespace} edit secret ${c.fullname}-secret`,
  },
  {
    id: 'flask-secret',
    pattern: /static secret key needs to be set for CSRF|MLFLOW_FLASK_SERVER_SECRET_KEY[^\n]*(?:not set|must be set|required)/i,
    headline: () => 'MLFLOW_FLASK_SERVER_SECRET_KEY is not set',
    remedy: (_, c) => `add the key flask-secret-key to Secret ${c.fullname}-secret: mlflow-setup install`,
  },
  {
    id: 'store-credentials',
    pattern: /secret key length at least 8|access key length should be at least 3/i,
    headline: () => 'the object store refuses its credentials: the access key needs 3, the secret key 8 characters',
    remedy: (_, c) =>
      `set longer ones, keys s3-access-key and s3-secret-key: kubectl -n ${c.namespace} edit secret ${c.fullname}-secret`,
  },
  {
    id: 'store-clock',
    pattern: /RequestTimeTooSkewed/,
    headline: () => "the node's clock and the object store's differ by more than 15 minutes",
    remedy: () => 'synchronize the clocks of the nodes (chrony, systemd-timesyncd); region and credentials are not the problem',
  },
  {
    id: 'store-checksum',
    pattern: /XAmzContentSHA256Mismatch|Unsupported header 'x-amz-(?:sdk-)?checksum/,
    headline: () => 'the object store does not know the newer S3 checksums',
    remedy: () => 'set AWS_REQUEST_CHECKSUM_CALCULATION=when_required and AWS_RESPONSE_CHECKSUM_VALIDATION=when_required in env',
  },
  {
    id: 'store-denied',
    pattern: /\((InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied)\)/,
    headline: (m) => `the object store refuses the credentials (${m[1]})`,
    remedy: (_, c) => `check s3-access-key and s3-secret-key in Secret ${c.fullname}-secret, and the rights on the bucket`,
  },
  {
    id: 'store-bucket',
    pattern: /\(NoSuchBucket\)|The specified bucket does not exist/,
    headline: () => 'the bucket does not exist',
    remedy: () => 'create it, or correct artifactStore.uri',
  },
  {
    id: 'disk-full',
    pattern: /No space left on device/,
    headline: (_, c) => `the volume of ${c.name} is full (No space left on device)`,
    remedy: (_, c) =>
      c.component === 'server' ? 'set tmpSize in the values file' : `raise the volume: kubectl -n ${c.namespace} get pvc`,
  },
  {
    id: 'read-only',
    pattern: /Read-only file system: '([^']+)'/,
    headline: (m) => `writes to ${m[1]}, which is read-only`,
    remedy: () => 'use a database and an object store instead of local paths (presets/dev.yaml), or mount a volume there',
  },
  {
    id: 'sqlite-file',
    pattern: /unable to open database file/,
    headline: () => 'the SQLite file cannot be opened: its folder is read-only or missing',
    remedy: () => 'use the embedded PostgreSQL: postgresql.enabled=true',
  },
  {
    id: 'worker-timeout',
    pattern: /WORKER TIMEOUT|Child process \[\d+\] died/,
    headline: (_, c) =>
      `workers do not start in time (CPU limit ${limitOf(c, 'cpu')}); it is not memory (limit ${limitOf(c, 'memory')}, no OOMKilled)`,
    remedy: () => 'raise resources.limits.cpu to 1 or more, or remove the CPU limit',
  },
  {
    id: 'service-links',
    pattern: /Invalid value for '--port'[^\n]*tcp:\/\//,
    headline: () => 'the variable MLFLOW_PORT of a Service named mlflow is taken for the port',
    remedy: () => 'set enableServiceLinks: false on the pod, as this chart does',
  },
  {
    id: 'home-missing',
    pattern: /Could not determine home directory/,
    headline: () => 'HOME is not set for the user of the pod',
    remedy: () => 'set HOME=/tmp in env',
  },
  {
    id: 'out-of-threads',
    pattern: /can't start new thread|Resource temporarily unavailable/,
    headline: () => 'no more processes or threads are allowed in the pod',
    remedy: () => "lower mlflow.workers, or raise the node's limit of processes per pod",
  },
]

/** The first known pattern in these lines. */
export function explainLog(lines: readonly string[], c: ContainerContext): LogFinding | undefined {
  for (const p of logPatterns) {
    for (let i = lines.length - 1; i >= 0; i--) {
      const line = lines[i]!
      const m = p.pattern.exec(line)
      if (m)
        return {
          id: p.id,
          headline: p.headline(m, c),
          remedy: p.remedy(m, c),
          waitsForDatabase: p.waitsForDatabase === true,
          line,
        }
    }
  }
  return undefined
}
