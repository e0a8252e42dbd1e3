import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, RealClock, type Clock } from './clock.js'
import { SimulatedCluster } from './cluster.js'
import { scenarios } from './scenarios/index.js'

export { ManualClock }
export type { ApiFault } from './api/faults.js'
export type { SimulatedCluster } from './cluster.js'

/** How a rehearsal is to go. */
export interface RehearsalOptions {
  /** Name of a scripted course; default: all goes well. */
  scenario?: string
  /** Simulated seconds in a real one; default 4 (the dev preset is healthy in about 6 s), with a scenario 12. */
  speed?: number
  /** For tests, in place of `speed`: a `ManualClock` that they move on themselves. */
  clock?: Clock
}

/** A running rehearsal. */
export interface Rehearsal {
  kubeconfigPath: string
  context: string
  server: string
  /** Simulated seconds in a real one: who waits for the cluster may wait so many times shorter. */
  speed: number
  /** For child processes: kubeconfig and caches, all in a private folder. */
  env: Record<string, string>
  /** Closes all sockets and removes the folder. */
  stop(): Promise<void>
  /** For tests: faults, request log, store. */
  cluster: SimulatedCluster
}

/** Context name in the kubeconfig. */
export const contextName = 'rehearsal (simulated)'

/** The scenarios that `--rehearse=NAME` knows. */
export const scenarioNames: readonly { name: string; title: string }[] = scenarios.map(({ name, title }) => ({ name, title }))

/**
 * Starts a simulated cluster inside this process and writes a kubeconfig for it.
 * @throws Error naming the valid scenarios when there is no such one
 */
export async function startRehearsal({
  scenario: wanted,
  // A fault is waited for with a patience that suits a real cluster, divided by the speed.
  speed = wanted === undefined ? 4 : 12,
  clock = new RealClock(speed),
}: RehearsalOptions = {}): Promise<Rehearsal> {
  const scenario = scenarios.find((s) => s.name === wanted)
  if (wanted !== undefined && !scenario) {
    throw new Error(`there is no rehearsal called "${wanted}"; choose one of: ${scenarios.map((s) => s.name).join(', ')}`)
  }
  const cluster = new SimulatedCluster({
    clock,
    prefix: `/rehearsal-${randomBytes(12).toString('hex')}`,
    ...(scenario ? { scenario } : {}),
  })
  await cluster.listen()
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-setup-rehearsal-'))
  const kubeconfigPath = join(folder, 'kubeconfig')
  await writeFile(kubeconfigPath, kubeconfig(cluster.url), { mode: 0o600 })
  // A process that ends without `stop` leaves nothing behind either.
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeAtExit)
  return {
    kubeconfigPath,
    context: contextName,
    server: cluster.url,
    speed,
    env: {
      KUBECONFIG: kubeconfigPath,
      KUBECACHEDIR: join(folder, 'kube-cache'),
      HELM_CACHE_HOME: join(folder, 'helm-cache'),
      HELM_CONFIG_HOME: join(folder, 'helm-config'),
      HELM_DATA_HOME: join(folder, 'helm-data'),
    },
    cluster,
    async stop() {
      await cluster.stop()
      process.off('exit', removeAtExit)
      // A Helm that was just ended may still write its cache.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

// Some clients refuse plain HTTP unless verification is switched off.
const kubeconfig = (server: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contextName,
    clusters: [{ name: 'rehearsal', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'rehearsal', user: {} }],
    contexts: [{ name: contextName, context: { cluster: 'rehearsal', user: 'rehearsal', namespace: 'default' } }],
  })
