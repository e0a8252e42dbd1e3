import { describe, expect, test } from 'vitest'
import { causesAt, expectCause, expectNothing } from './expect.js'
import { changed, job, log, pod, running, statefulSet, terminated } from '../../../fixtures/health/build.js'

describe('jobs', () => {
  const failedPod = pod({ component: 'migration', state: terminated(1), phase: 'Failed' })
  test('a failed Job is told by what its pod said', () => {
    expectCause(
      2,
      {
        objects: [job('Failed'), failedPod],
        more: [log(failedPod, 'migrate', ['FATAL:  password authentication failed for user "mlflow"'])],
      },
      { code: 'job-failed', headline: 'mlflow-migrate-1a2b: the database refuses the password', permanent: true },
    )
  })
  test('a pod of a Job that still tries again: told after a while, and it may yet work', () => {
    const trying = changed(job(), (j) => (j.status.failed = 1))
    expectNothing(25, { objects: [trying, failedPod] })
    expectCause(
      35,
      { objects: [trying, failedPod] },
      { code: 'job-failing', headline: 'mlflow-migrate-1a2b: crashes (exit code 1); the Job tries again', permanent: false },
    )
    expectNothing(35, { objects: [changed(job('Complete'), (j) => (j.status.failed = 1)), failedPod] })
  })
  test('a running Job that says what it waits for', () => {
    const waits = pod({ component: 'migration', state: running(), ready: true })
    const said = (line: string) => ({
      objects: [job(), waits, statefulSet('mlflow-postgresql', 1)],
      more: [log(waits, 'migrate', [line])],
    })
    const refused = said(
      'waiting for the tracking database: connection failed: FATAL:  password authentication failed for user "mlflow"',
    )
    expectNothing(55, refused)
    expectCause(65, refused, {
      code: 'job-waiting',
      headline: 'mlflow-migrate-1a2b: waits: the database refuses the password',
      permanent: false,
    })
    const policy =
      'waiting for the tracking database: connection failed: connection to server at "10.0.0.5", port 5432 failed: Connection timed out'
    expectCause(65, said(policy), { code: 'job-waiting', headline: /10\.0\.0\.5:5432 does not answer/ })
    expectNothing(250, { ...said(policy), objects: [job(), waits, statefulSet('mlflow-postgresql', 0)] })
    expectNothing(250, said('migrating tracking to f4a9b2c7d1e6'))
  })
  test('not while it only waits for the database', () => {
    const trying = changed(job(), (j) => (j.status.failed = 3))
    const refused =
      'psycopg.OperationalError: connection to server at "mlflow-postgresql" (10.0.0.5), port 5432 failed: Connection refused'
    expectNothing(100, {
      objects: [trying, failedPod, statefulSet('mlflow-postgresql', 0)],
      more: [log(failedPod, 'migrate', [refused])],
    })
  })
  test('a more exact cause takes its place', () => {
    const oom = pod({ component: 'migration', state: terminated(137, { reason: 'OOMKilled' }), phase: 'Failed' })
    expect(causesAt(2, { objects: [job('Failed'), oom] }).map((c) => c.code)).toEqual(['oom'])
  })
})
