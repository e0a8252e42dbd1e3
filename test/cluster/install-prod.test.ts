import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, startClient, type Client } from './lib/client.js'
import { get, list } from './lib/kubectl.js'
import { useNamespaces } from './lib/namespace.js'
import { mustBeHealthy, product, type Installed } from './lib/product.js'
import { logRun, serverUrl } from './lib/run-log.js'
import { objects, sql } from './lib/stores.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-prod'
const listed = 'suite-prod-agents'
const foreign = 'suite-prod-foreign'

describe('install --preset prod', () => {
  useNamespaces(namespace, listed, foreign)
  let place: Awaited<ReturnType<typeof product>>
  let installed: Installed

  beforeAll(async () => {
    place = await product()
    installed = await place.run('install', '--preset', 'prod', '--yes', '-n', namespace, '--client', `${listed}/app=orchestrator`)
  })
  afterAll(() => place.dispose())

  it('ends healthy in a namespace of Pod Security "restricted"', () => {
    mustBeHealthy(installed)
    console.log(
      `from the command to healthy: ${(installed.ms / 1000).toFixed(1)} s; by stage: ${JSON.stringify(installed.result.durations)}`,
    )
    expect(installed.result).toMatchObject({ phase: 'healthy', exitCode: 0, rehearsal: false })
    expect(installed.result.smoke.filter((step) => step.ok)).toHaveLength(7)
  })

  it('runs two servers that are guarded against drains and scaled by load', async () => {
    const pods = await list(['pods', '-n', namespace, '-l', 'app.kubernetes.io/component=server'])
    expect(pods.filter((pod) => pod.status.phase === 'Running').length).toBeGreaterThanOrEqual(2)
    const pdb = await get(['poddisruptionbudget', 'mlflow', '-n', namespace])
    expect(pdb.status.disruptionsAllowed).toBeGreaterThanOrEqual(1)
    const hpa = await get(['horizontalpodautoscaler', 'mlflow', '-n', namespace])
    expect(hpa.spec).toMatchObject({ minReplicas: 2, maxReplicas: 10 })
  })

  describe('network policies', () => {
    const url = `${serverUrl(namespace)}/health`
    const quick = { timeoutSeconds: 2 }
    let caller: Client

    it('let the listed client in, and it can log runs and artifacts', async () => {
      caller = await startClient(listed, 'caller', { app: 'orchestrator' })
      // The policy engine learns a new pod's address a moment after the pod starts.
      await waitFor('the listed client to get through', async () => (await request(caller, url)).status === 200)
      const run = await logRun(caller, namespace, 'agents')
      expect(await sql(namespace, `select status from runs where run_uuid = '${run.runId}'`)).toEqual([['FINISHED']])
      expect((await objects(namespace, 'mlflow')).some((path) => path.includes(run.runId) && path.endsWith('/notes.txt'))).toBe(
        true,
      )
    })

    it.each([
      ['a pod of another namespace', foreign, { app: 'orchestrator' }],
      ['a pod of the listed namespace with another label', listed, { app: 'stranger' }],
      ['a pod of the own namespace', namespace, { app: 'orchestrator' }],
    ])('keep %s out', async (_, where, labels) => {
      const stranger = await startClient(where, 'stranger', labels)
      await waitFor('the stranger to be known', async () => (await request(stranger, url, quick)).status === 0)
      for (let i = 0; i < 3; i += 1) expect(await request(stranger, url, quick)).toMatchObject({ status: 0 })
      // It is the policy and not the server.
      expect(await request(caller, url)).toMatchObject({ status: 200 })
    })

    it('keep the listed client away from database and object store', async () => {
      for (const address of [`http://mlflow-postgresql.${namespace}:5432/`, `http://mlflow-objects.${namespace}:8333/healthz`]) {
        expect(await request(caller, address, quick)).toEqual({
          status: 0,
          error: expect.stringMatching(/timed out|unreachable|refused/),
        })
      }
    })
  })
})
