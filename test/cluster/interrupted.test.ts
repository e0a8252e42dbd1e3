import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list } from './lib/kubectl.js'
import { useNamespaces } from './lib/namespace.js'
import { mustBeHealthy, product } from './lib/product.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-interrupted'

describe('an installer that is killed in the middle of a deploy', () => {
  useNamespaces(namespace)
  let place: Awaited<ReturnType<typeof product>>
  beforeAll(async () => {
    place = await product()
  })
  afterAll(() => place.dispose())

  it('can be run again and gets healthy', async () => {
    const first = place.start(['install', '--preset', 'dev', '--yes', '-n', namespace, '--output', 'ndjson'])
    await waitFor(
      'the server to be rolled out',
      async () => {
        const [deployment] = await list(['deployments', '-n', namespace])
        return deployment && !deployment.status?.availableReplicas
      },
      { everyMs: 100 },
    )
    first.cut()
    expect((await first.ended).code).not.toBe(0)
    const again = await place.run('install', '--preset', 'dev', '--yes', '-n', namespace)
    mustBeHealthy(again)
    expect(again.result).toMatchObject({ phase: 'healthy', exitCode: 0 })
    expect(again.result.smoke.filter((step) => step.ok)).toHaveLength(7)
  })
})
