import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, startClient } from './lib/client.js'
import { kubectl } from './lib/kubectl.js'
import { useNamespaces } from './lib/namespace.js'
import { mustBeHealthy, product } from './lib/product.js'
import { logRun, serverUrl } from './lib/run-log.js'
import { objects, rclone, sql, vault } from './lib/stores.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-backup'
const bucket = 'mlflow-backups'

interface Manifest {
  readonly databases: readonly { title: string; file: string; sha256: string; rows: Record<string, number> }[]
}

describe('the backup of the prod preset', () => {
  useNamespaces(namespace)
  let place: Awaited<ReturnType<typeof product>>
  let names: string[]

  beforeAll(async () => {
    place = await product()
    mustBeHealthy(await place.run('install', '--preset', 'prod', '--yes', '-n', namespace, '--client', `${namespace}/app=client`))
    const client = await startClient(namespace, 'client', { app: 'client' })
    await waitFor(
      'the client to get through',
      async () => (await request(client, `${serverUrl(namespace)}/health`)).status === 200,
    )
    await logRun(client, namespace, 'worth keeping')
  })
  afterAll(() => place.dispose())

  it('runs by hand, as the guide says', async () => {
    await kubectl(['create', 'job', 'by-hand', '--from=cronjob/mlflow-backup', '-n', namespace])
    await kubectl(['wait', '--for=condition=complete', 'job/by-hand', '-n', namespace, '--timeout=180s'])
    expect(await kubectl(['logs', 'job/by-hand', '-n', namespace, '-c', 'upload'])).toContain('uploaded and read back')
  })

  it('leaves a dump of each database and a manifest in the bucket', async () => {
    names = await objects(namespace, bucket)
    for (const file of ['tracking.dump', 'users.dump', 'manifest.json']) {
      expect(
        names.filter((name) => name.includes(`/${file}`)),
        names.join('\n'),
      ).toHaveLength(1)
    }
  })

  it('encrypts all of them', async () => {
    for (const name of names) {
      const head = await rclone(namespace, ['cat', '--count', '64', `store:${bucket}/${name}`])
      // The mark of rclone's encrypted files; a readable dump starts with PGDMP, a manifest with a brace.
      expect(head.startsWith('RCLONE\0\0'), name).toBe(true)
    }
  })

  it('can be read with the key, and holds every run', async () => {
    const folder = names
      .find((name) => name.includes('/manifest.json'))!
      .split('/')
      .slice(0, -1)
      .join('/')
    const remote = `${bucket}/${folder}`
    const manifest = JSON.parse(await vault(namespace, remote, ['cat', 'vault:manifest.json'])) as Manifest
    const tracking = manifest.databases.find((database) => database.title === 'tracking')!
    const [[runs]] = (await sql(namespace, 'select count(*) from runs')) as [[string]]
    expect(tracking.rows.runs).toBe(Number(runs))
    expect(Number(runs)).toBeGreaterThanOrEqual(1)
    const sums = await vault(namespace, remote, ['hashsum', 'sha256', '--download', `vault:${tracking.file}`])
    expect(sums.split(/\s+/)[0]).toBe(tracking.sha256)
    expect(tracking.sha256).not.toBe(createHash('sha256').update('').digest('hex'))
  })
})
