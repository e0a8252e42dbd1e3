import { describe, expect, test } from 'vitest'
import { causesAt, expectCause, expectNothing } from './expect.js'
import { log, pod, running, slimSpec, statefulSet, terminated, waiting } from '../../../fixtures/health/build.js'

const backOff = waiting('CrashLoopBackOff', 'back-off 40s restarting failed container=mlflow')

const crashing = (restarts: number, exitCode = 1, more = {}) =>
  pod({ state: backOff, lastState: terminated(exitCode, more), restarts, phase: 'Running' })

describe('crash loops', () => {
  test('told after 90 s, or at once after three restarts, with the last lines', () => {
    const young = crashing(1)
    expectNothing(60, { objects: [young] })
    expectCause(95, { objects: [young] }, { code: 'crash-loop', headline: 'mlflow: crashes (exit code 1)' })
    const old = crashing(3)
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    const cause = expectCause(
      2,
      { objects: [old], more: [log(old, 'mlflow', lines, true)] },
      {
        code: 'crash-loop',
        headline: 'crashes (exit code 1): line 29',
        remedy: 'kubectl -n ml logs mlflow-abc-x1 -c mlflow --previous',
        permanent: true,
      },
    )
    expect(cause.evidence.slice(1)).toEqual(lines.slice(-20))
  })

  test('a single restart of a container that is ready again is none', () => {
    expectNothing(300, { objects: [pod({ state: running(20), lastState: terminated(1), restarts: 1, ready: true })] })
  })

  test.each([
    [
      '2026/03/02 10:00:09 ERROR mlflow.cli: Detected out-of-date database schema (found version 5b0e9adcef9c, but expected 4465047574b1). Take a backup',
      'the database schema is 5b0e9adcef9c, this image needs 4465047574b1',
    ],
    ["alembic.util.exc.CommandError: Can't locate revision identified by '4465047574b1'", 'tracking and auth share one database'],
    [
      'psycopg.OperationalError: connection failed: FATAL:  password authentication failed for user "mlflow"',
      'the database refuses the password of user "mlflow"',
    ],
    ["ModuleNotFoundError: No module named 'psycopg2'", 'has no driver psycopg2'],
    ["ModuleNotFoundError: No module named 'flask_wtf'", 'lacks the auth extra'],
    ['OSError: [Errno 28] No space left on device', 'No space left on device'],
    ["OSError: [Errno 30] Read-only file system: './mlruns'", 'writes to ./mlruns, which is read-only'],
    ['sqlite3.OperationalError: unable to open database file', 'SQLite file cannot be opened'],
    ["Error: Invalid value for '--port' / '-p': 'tcp://10.96.0.10:5000' is not a valid integer.", 'is taken for the port'],
    ['mlflow.exceptions.MlflowException: Password must be at least 12 characters', 'does not accept the admin password'],
    ['MLflow needs a password to create the admin user', 'does not accept the admin password'],
    ['Refusing to use the insecure default password', 'does not accept the admin password'],
    [
      'the tracking database has schema 8b6ad64cb8f5, which is newer than this image: schemas only go forward',
      'newer than this image',
    ],
    ['refused: running servers still have 4 connections to a database that must be migrated.', 'still have 4 connections'],
    [
      'database mlflow_auth for users is missing and the user me may not create it: have an administrator',
      'user me may not create it',
    ],
    ['psycopg.OperationalError: connection failed: SSL error: certificate verify failed', 'certificate is not trusted'],
    ['RuntimeError: Could not determine home directory.', 'HOME is not set'],
    ['psycopg.OperationalError: connection failed: FATAL:  sorry, too many clients already', 'no free connections'],
    [
      'botocore.exceptions.ClientError: An error occurred (XAmzContentSHA256Mismatch) when calling the PutObject operation',
      'newer S3 checksums',
    ],
    ['An error occurred (RequestTimeTooSkewed) when calling the PutObject operation', 'differ by more than 15 minutes'],
  ])('known line: %s', (line, headline) => {
    const p = crashing(3)
    expectCause(
      2,
      { objects: [p], more: [log(p, 'mlflow', ['Traceback', line, 'the end'], true)] },
      { code: 'crash-loop', headline: new RegExp(headline.replace(/[()]/g, '\\$&')), evidence: line },
    )
  })

  test('PostgreSQL on the data of another major version', () => {
    const p = pod({
      component: 'postgresql',
      state: backOff,
      lastState: terminated(1),
      restarts: 4,
      image: 'docker.io/library/postgres:18',
    })
    const line =
      'DETAIL:  The data directory was initialized by PostgreSQL version 16, which is not compatible with this version 18.0.'
    expectCause(
      2,
      { objects: [p], more: [log(p, 'postgresql', ['FATAL:  database files are incompatible with server', line], true)] },
      { code: 'crash-loop', headline: 'the data directory is of PostgreSQL 16, the image is PostgreSQL 18' },
    )
  })

  test('a slow worker is not taken for a lack of memory, whatever Gunicorn guesses', () => {
    const p = pod({
      state: backOff,
      lastState: terminated(1),
      restarts: 3,
      container: { resources: { limits: { cpu: '200m', memory: '4Gi' } } },
    })
    const lines = ['[CRITICAL] WORKER TIMEOUT (pid:17)', '[ERROR] Worker (pid:17) was sent SIGKILL! Perhaps out of memory?']
    expectCause(
      2,
      { objects: [p], more: [log(p, 'mlflow', lines, true)] },
      { code: 'crash-loop', headline: /CPU limit 200m.*not memory \(limit 4Gi/ },
    )
  })

  test('a refused database is tolerated while the embedded one comes up, not once it is there', () => {
    const p = crashing(4)
    const refused =
      'psycopg.OperationalError: connection to server at "mlflow-postgresql" (10.0.0.5), port 5432 failed: Connection refused'
    const more = [log(p, 'mlflow', [refused], true)]
    expectNothing(250, { objects: [p, statefulSet('mlflow-postgresql', 0)], more })
    expectCause(
      2,
      { objects: [p, statefulSet('mlflow-postgresql', 1)], more },
      { code: 'crash-loop', headline: 'the database mlflow-postgresql' },
    )
  })

  test('the host of an external database does not resolve', () => {
    const p = crashing(4)
    const more = [
      log(
        p,
        'mlflow',
        ["psycopg.OperationalError: failed to resolve host 'db.example.com': [Errno -2] Name or service not known"],
        true,
      ),
    ]
    expectCause(
      2,
      { objects: [p], more, spec: slimSpec },
      { code: 'crash-loop', headline: 'the database host db.example.com does not resolve' },
    )
  })

  test('an init container is named', () => {
    const p = pod({
      init: [
        { name: 'wait-for-db', state: terminated(0) },
        { name: 'upgrade-db-auth', state: backOff, lastState: terminated(1), restarts: 4 },
      ],
      state: waiting('PodInitializing'),
    })
    expectCause(
      2,
      { objects: [p], more: [log(p, 'upgrade-db-auth', ['boom'], true)] },
      { code: 'crash-loop', headline: 'mlflow: init container upgrade-db-auth crashes (exit code 1): boom' },
    )
  })

  test('two pods are one cause, and no secret is shown', () => {
    const one = pod({ name: 'mlflow-abc-x1', state: backOff, lastState: terminated(1), restarts: 3 })
    const two = pod({ name: 'mlflow-abc-x2', state: backOff, lastState: terminated(1), restarts: 3 })
    const line = 'cannot open postgresql://mlflow:hunter2hunter2@db.example.com/mlflow'
    const causes = causesAt(2, {
      objects: [one, two],
      more: [log(one, 'mlflow', [line], true), log(two, 'mlflow', [line], true)],
    })
    expect(causes).toHaveLength(1)
    expect(causes[0]!.headline).toMatch(/^mlflow \(2 pods\): crashes/)
    expect(JSON.stringify(causes)).not.toContain('hunter2')
  })
})

describe('killed for memory', () => {
  test('at once, with limit, workers and a number', () => {
    const p = pod({
      state: backOff,
      lastState: terminated(137, { reason: 'OOMKilled' }),
      restarts: 1,
      container: { args: ['server', '--workers', '4'], resources: { limits: { memory: '512Mi' } } },
    })
    expectCause(
      1,
      { objects: [p] },
      {
        code: 'oom',
        headline: 'killed for its memory (OOMKilled, limit 512Mi, 4 workers)',
        remedy: 'resources.limits.memory=1Gi',
        permanent: true,
      },
    )
  })
  test('a container that came back is a note', () => {
    const p = pod({ state: running(20), ready: true, restarts: 1, lastState: terminated(137, { reason: 'OOMKilled' }) })
    expect(causesAt(1, { objects: [p] })).toMatchObject([{ code: 'oom', note: true, permanent: false }])
  })
  test('137 alone is not memory', () => {
    expect(causesAt(100, { objects: [crashing(3, 137)] })).toMatchObject([{ code: 'crash-loop' }])
  })
})

describe('containers that cannot be run', () => {
  test('a program that the image does not have: no word of logs', () => {
    const message =
      'failed to create containerd task: OCI runtime create failed: unable to start container process: exec: "mlflow": executable file not found in $PATH'
    const situation = { objects: [crashing(4, 128, { reason: 'StartError', message })] }
    const cause = expectCause(22, situation, {
      code: 'run-error',
      headline: '"mlflow" is not in the PATH of image',
      permanent: true,
    })
    expect(cause.remedy).not.toContain('logs')
    expectNothing(10, situation)
  })
  test('an image for another processor, told by its log', () => {
    const p = crashing(1)
    expectCause(
      2,
      { objects: [p], more: [log(p, 'mlflow', ['exec /usr/bin/sh: exec format error'], true)] },
      { code: 'image-arch', headline: /CPU architecture/ },
    )
    expectNothing(2, { objects: [p] })
  })
  test('a missing Secret or key', () => {
    const secret = { objects: [pod({ state: waiting('CreateContainerConfigError', 'secret "mlflow-secret" not found') })] }
    expectNothing(15, secret)
    expectCause(25, secret, { code: 'config-error', headline: 'mlflow: Secret mlflow-secret does not exist' })
    const key = {
      objects: [pod({ state: waiting('CreateContainerConfigError', "couldn't find key postgres-password in Secret ml/my-db") })],
    }
    expectCause(25, key, {
      code: 'config-error',
      headline: 'Secret my-db has no key postgres-password',
      remedy: 'kubectl -n ml describe secret my-db',
    })
  })
})
