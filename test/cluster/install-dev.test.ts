import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, startClient, type Client } from './lib/client.js'
import { useNamespaces } from './lib/namespace.js'
import { mustBeHealthy, product, type Installed } from './lib/product.js'
import { admin, logRun, serverUrl, type LoggedRun } from './lib/run-log.js'
import { objects, rclone, sql } from './lib/stores.js'
import { usage } from './lib/usage.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-dev'

describe('install --preset dev', () => {
  useNamespaces(namespace)
  let place: Awaited<ReturnType<typeof product>>
  let installed: Installed
  let client: Client
  let run: LoggedRun

  beforeAll(async () => {
    place = await product()
    installed = await place.run('install', '--preset', 'dev', '--yes', '-n', namespace)
  })
  afterAll(() => place.dispose())

  it('ends healthy, with exit code 0', () => {
    mustBeHealthy(installed)
    expect(installed.code).toBe(0)
    expect(installed.result).toMatchObject({ phase: 'healthy', exitCode: 0, rehearsal: false, causes: [] })
  })

  it('is healthy within 90 seconds', () => {
    console.log(
      `from the command to healthy: ${(installed.ms / 1000).toFixed(1)} s; by stage: ${JSON.stringify(installed.result.durations)}`,
    )
    expect(installed.ms).toBeLessThan(90_000)
  })

  it('ran all seven steps of the smoke test', () => {
    expect(installed.result.smoke.map(({ step, ok }) => [step, ok])).toEqual([
      ['reach', true],
      ['auth', true],
      ['run', true],
      ['metric', true],
      ['artifact-up', true],
      ['artifact-down', true],
      ['model', true],
    ])
  })

  it('takes a run from a pod of the cluster', async () => {
    client = await startClient(namespace, 'client')
    run = await logRun(client, namespace, 'cluster-suite')
    expect(run.runId).toMatch(/^[0-9a-f]{32}$/)
  })

  it('keeps the run in PostgreSQL', async () => {
    const rows = await sql(
      namespace,
      `select r.status, e.name, p.value from runs r join experiments e using (experiment_id) join params p using (run_uuid) where run_uuid = '${run.runId}'`,
    )
    expect(rows).toEqual([['FINISHED', 'cluster-suite', '0.5']])
  })

  it('keeps the artifact in the object store, byte for byte', async () => {
    const path = (await objects(namespace, 'mlflow')).find(
      (object) => object.includes(run.runId) && object.endsWith('/notes.txt'),
    )
    expect(path).toBeDefined()
    expect(await rclone(namespace, ['cat', `store:mlflow/${path}`])).toContain(run.text)
  })

  it('answers 401 without credentials and 200 with them', async () => {
    const url = `${serverUrl(namespace)}/api/2.0/mlflow/experiments/search?max_results=1`
    expect(await request(client, url)).toMatchObject({ status: 401 })
    expect(await request(client, url, { auth: await admin(namespace), timeoutSeconds: 20 })).toMatchObject({ status: 200 })
  })

  it('keeps credentials out of what it printed', async () => {
    const { password } = await admin(namespace)
    expect(installed.stdout).not.toContain(password)
    expect(installed.stderr).not.toContain(password)
  })

  it('takes less than 512 MiB and next to no CPU when idle', async () => {
    const server = await waitFor(
      'the server to be idle',
      async () => {
        const [row] = (await usage(namespace, 'app.kubernetes.io/component=server')).filter((row) => row.container === 'mlflow')
        return row && row.milliCpu <= 50 ? row : undefined
      },
      { timeoutMs: 120_000, everyMs: 5_000 },
    )
    console.log(`idle server: ${server.mebibytes} MiB, ${server.milliCpu}m CPU`)
    expect(server.mebibytes).toBeLessThan(512)
  })
})
