import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, startClient, type Client } from './lib/client.js'
import { kubectl, list } from './lib/kubectl.js'
import { underLoad } from './lib/load.js'
import { useNamespaces } from './lib/namespace.js'
import { mustBeHealthy, product } from './lib/product.js'
import { admin, serverUrl } from './lib/run-log.js'
import { target } from './lib/target.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-availability'
// A release name of its own: a drain takes pods of all namespaces that the selector matches.
const release = 'mlflow-availability'
const servers = `app.kubernetes.io/component=server,app.kubernetes.io/instance=${release}`

describe('the prod preset under change', () => {
  useNamespaces(namespace)
  let place: Awaited<ReturnType<typeof product>>
  let client: Client
  const install = (...more: string[]) =>
    place.run(
      'install',
      '--preset',
      'prod',
      '--yes',
      '-n',
      namespace,
      '--release',
      release,
      '--client',
      `${namespace}/app=client`,
      ...more,
    )
  const serverPods = async (): Promise<string[]> =>
    (await list(['pods', '-n', namespace, '-l', servers]))
      .filter((pod) => !pod.metadata.deletionTimestamp)
      .map((pod) => pod.metadata.name)
  const twoReady = async () => {
    const [deployment] = await list(['deployments', '-n', namespace, '-l', servers])
    return deployment.status.readyReplicas >= 2 && deployment.status.updatedReplicas === deployment.status.replicas
  }

  beforeAll(async () => {
    place = await product()
    mustBeHealthy(await install())
    client = await startClient(namespace, 'client', { app: 'client' })
    await waitFor(
      'the client to get through',
      async () => (await request(client, `${serverUrl(namespace, release)}/health`)).status === 200,
    )
  })
  afterAll(async () => {
    for (const node of await list(['nodes'])) await kubectl(['uncordon', node.metadata.name])
    await place.dispose()
  })

  it('loses no request while every server is replaced', async () => {
    const before = await serverPods()
    const { sent, failures } = await underLoad(
      client,
      serverUrl(namespace, release),
      await admin(namespace, release),
      async () => {
        mustBeHealthy(await install('--memory-limit', '1900Mi'))
        await waitFor(
          'the old servers to be gone',
          async () => (await list(['pods', '-n', namespace, '-l', servers])).length === 2,
          {
            timeoutMs: 180_000,
          },
        )
      },
    )
    console.log(`${sent} requests during the rolling update, ${failures.length} failed`)
    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(100)
    expect((await serverPods()).filter((name) => before.includes(name))).toEqual([])
  })

  it.runIf(target().own)('loses no request while a node is drained', async () => {
    await waitFor('two servers', twoReady, { timeoutMs: 120_000 })
    const [pod] = await list(['pods', '-n', namespace, '-l', servers])
    const before = await serverPods()
    const { sent, failures } = await underLoad(
      client,
      serverUrl(namespace, release),
      await admin(namespace, release),
      async () => {
        await kubectl(['drain', pod.spec.nodeName, `--pod-selector=${servers}`, '--delete-emptydir-data', '--timeout=300s'])
        await waitFor('two servers on other nodes', twoReady, { timeoutMs: 180_000 })
      },
    )
    console.log(`${sent} requests during the drain, ${failures.length} failed`)
    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(20)
    const after = await list(['pods', '-n', namespace, '-l', servers])
    expect(after.filter((now) => now.spec.nodeName === pod.spec.nodeName && !now.metadata.deletionTimestamp)).toEqual([])
    expect((await serverPods()).some((name) => !before.includes(name))).toBe(true)
  })
})
