import { expect, test } from 'vitest'
import { envOf, everything, existing, external, names, pick, preset, render, server, type Manifest } from './render.js'

test('the embedded store shows S3 only, never without credentials', async () => {
  const rendered = await render(existing)
  expect(pick(rendered, 'Service', 'mlflow-objects').spec.ports).toEqual([{ name: 's3', port: 8333, targetPort: 's3' }])
  const [container] = pick(rendered, 'StatefulSet', 'mlflow-objects').spec.template.spec.containers
  expect(envOf(container)).toMatchObject({
    AWS_ACCESS_KEY_ID: 'secret:creds/s3-access-key',
    AWS_SECRET_ACCESS_KEY: 'secret:creds/s3-secret-key',
  })
  for (const entry of container.env) expect(entry.valueFrom?.secretKeyRef?.optional).toBeUndefined()
  expect(container.args).toEqual(
    expect.arrayContaining([
      '-master.telemetry=false',
      '-webdav=false',
      '-admin.ui=false',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
    ]),
  )
})

test('its soft memory limit is three quarters of the hard one', async () => {
  const limit = async (memory: string) =>
    envOf(
      pick(await render({ ...existing, objectStore: { resources: { limits: { memory } } } }), 'StatefulSet', 'mlflow-objects')
        .spec.template.spec.containers[0],
    ).GOMEMLIMIT
  expect(await limit('1Gi')).toBe('768MiB')
  expect(await limit('400Mi')).toBe('300MiB')
})

test('the server speaks to it by path, without the checksums that many stores refuse', async () => {
  expect(envOf(server(await render(existing)))).toMatchObject({
    MLFLOW_S3_ENDPOINT_URL: 'http://mlflow-objects:8333',
    MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'path',
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
  })
})

test('an external store: address, region, style; keys may be missing for a cloud identity', async () => {
  const rendered = await render({ ...external, serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn' } } })
  expect(names(rendered, 'StatefulSet')).toEqual([])
  const container = server(rendered)
  expect(container.args).toContain('--artifacts-destination=s3://artifacts/mlflow')
  expect(envOf(container)).toMatchObject({
    MLFLOW_S3_ENDPOINT_URL: 'https://s3.example.com:9443',
    AWS_DEFAULT_REGION: 'eu-central-1',
    MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'path',
  })
  expect(container.env.find((e: Manifest) => e.name === 'AWS_ACCESS_KEY_ID').valueFrom.secretKeyRef.optional).toBe(true)
  expect(pick(rendered, 'ServiceAccount', 'mlflow').metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn' })
})

test('Amazon S3 gets neither an endpoint nor a path style', async () => {
  const env = envOf(server(await render({ ...external, artifactStore: { uri: 's3://artifacts' } })))
  expect(env).not.toHaveProperty('MLFLOW_S3_ENDPOINT_URL')
  expect(env).not.toHaveProperty('AWS_REQUEST_CHECKSUM_CALCULATION')
  expect(env.MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE).toBe('auto')
})

test('an authority of the store reaches server and backup', async () => {
  const rendered = await render({
    ...external,
    backup: everything.backup,
    artifactStore: { ...external.artifactStore, caSecret: { name: 's3-ca' } },
  })
  expect(envOf(server(rendered)).AWS_CA_BUNDLE).toBe('/etc/mlflow/s3-ca/ca.crt')
  const pod = pick(rendered, 'CronJob', 'mlflow-backup').spec.jobTemplate.spec.template.spec
  expect(envOf(pod.containers[0]).RCLONE_CA_CERT).toBe('/etc/mlflow/s3-ca/ca.crt')
  expect(pod.volumes.find((v: Manifest) => v.name === 's3-ca').secret.secretName).toBe('s3-ca')
})

test('the other name of the store switches it as well', async () => {
  const off = { minio: { enabled: false }, artifactStore: { uri: 's3://artifacts' } }
  expect(names(await render({ ...existing, ...off }), 'StatefulSet')).toEqual(['mlflow-postgresql'])
  expect(names(await render({ ...existing, ...off }, { files: [preset('prod')] }), 'StatefulSet')).toEqual(['mlflow-postgresql'])
  expect(
    names(await render({ ...existing, objectStore: { enabled: false }, minio: { enabled: true } }), 'StatefulSet'),
  ).toContain('mlflow-objects')
})
