import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chart, envOf, everything, existing, external, names, pick, render, type Manifest } from './render.js'

const on = { ...existing, backup: { ...existing.backup, enabled: true } }
const cronJob = async (values: object) => pick(await render(values), 'CronJob', 'mlflow-backup').spec
const pod = (spec: Manifest) => spec.jobTemplate.spec.template.spec
const upload = async (values: object) => envOf(pod(await cronJob(values)).containers[0])

test('there is none unless asked for', async () => {
  const rendered = await render(existing)
  expect(names(rendered, 'CronJob')).toEqual([])
  expect(names(rendered, 'ConfigMap')).not.toContain('mlflow-backup')
})

test('it runs alone, on its schedule and in its time zone', async () => {
  const spec = await cronJob({ ...everything, backup: { ...everything.backup, schedule: '@daily' } })
  expect(spec).toMatchObject({ schedule: '@daily', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid' })
  expect(await cronJob(on)).not.toHaveProperty('timeZone')
  expect(pod(spec).restartPolicy).toBe('Never')
})

test('the dump has the image of the database, the upload has rclone', async () => {
  const spec = pod(await cronJob({ ...on, postgresql: { image: { tag: '18.6' } } }))
  expect(spec.initContainers.map((c: Manifest) => [c.name, c.image])).toEqual([['dump', 'docker.io/library/postgres:18.6']])
  expect(spec.containers.map((c: Manifest) => [c.name, c.image])).toEqual([['upload', 'docker.io/rclone/rclone:1.76.0']])
  expect(envOf(spec.initContainers[0])).toMatchObject({
    PGAPPNAME: 'mlflow-backup',
    PGDATABASE: 'mlflow',
    AUTH_DATABASE: 'mlflow_auth',
  })
})

test('keys come from Secrets, the prefix names namespace and release', async () => {
  expect(await upload(on)).toMatchObject({
    BACKUP_PASSWORD: 'secret:backup-key/password',
    BACKUP_SALT: 'secret:backup-key/salt',
    AWS_ACCESS_KEY_ID: 'secret:creds/s3-access-key',
    S3_ENDPOINT: 'http://mlflow-objects:8333',
    DESTINATION: 'mlflow-backups/mlflow/mlflow',
    RETENTION: '7',
  })
})

test('a bucket elsewhere takes its own keys, or none: then the pod has a cloud identity', async () => {
  const elsewhere = (destination: object) => ({
    ...on,
    backup: {
      ...on.backup,
      destination: { bucket: 'far-away', endpoint: 'https://s3.example.com', region: 'eu-west-1', ...destination },
    },
  })
  const own = await upload(elsewhere({ existingSecret: 'backup-s3', prefix: 'ml/prod' }))
  expect(own).toMatchObject({
    AWS_ACCESS_KEY_ID: 'secret:backup-s3/s3-access-key',
    S3_ENDPOINT: 'https://s3.example.com',
    S3_REGION: 'eu-west-1',
    DESTINATION: 'far-away/ml/prod',
  })
  expect(await upload(elsewhere({}))).not.toHaveProperty('AWS_ACCESS_KEY_ID')
})

test('with an external store and no bucket, backups go beside the artifacts', async () => {
  expect(await upload({ ...external, backup: on.backup })).toMatchObject({
    DESTINATION: 'artifacts/mlflow/mlflow',
    S3_ENDPOINT: 'https://s3.example.com:9443',
    S3_REGION: 'eu-central-1',
  })
})

test('the embedded store makes the bucket that backups go to', async () => {
  const buckets = async (values: object) =>
    envOf(pick(await render(values), 'StatefulSet', 'mlflow-objects').spec.template.spec.containers[0]).S3_BUCKET
  expect(await buckets(existing)).toBe('mlflow,mlflow-backups')
  expect(await buckets({ ...on, backup: { ...on.backup, destination: { bucket: 'other-bucket' } } })).toBe('mlflow,other-bucket')
})

test('the scripts stop at the first failure, and delete only after everything was read back', async () => {
  const script = (name: string) => readFileSync(join(chart, 'files', name), 'utf8')
  expect(script('dump.sh')).toContain('set -euo pipefail')
  const text = script('upload.sh')
  expect(text).toContain('set -eu')
  expect(text.match(/rclone purge/g)).toHaveLength(1)
  expect(text.indexOf('sha256sum')).toBeLessThan(text.indexOf('rclone purge'))
})
