import { dryRunPod, checkPods, type DryRun } from '../core/checks/pods.js'
import type { Finding } from '../core/checks/finding.js'
import { skip, unknown } from '../core/checks/finding.js'
import {
  checkIngressClass,
  checkLeftovers,
  checkMetricsServer,
  checkStorage,
  checkStorageChange,
  storageClassesOf,
} from '../core/checks/infrastructure.js'
import { checkNamespace } from '../core/checks/namespace.js'
import { checkPermissions, permissionsFor, type Permission } from '../core/checks/permissions.js'
import { checkReleaseLock } from '../core/checks/release-lock.js'
import { checkCluster, checkHelm, checkKubectl } from '../core/checks/tools.js'
import type { CheckResult } from '../core/checks/types.js'
import type { KubeObject } from '../core/health/types.js'
import { parseManifest, podTemplates } from '../core/kube/manifest.js'
import { isPending } from '../core/plan/release.js'
import type { Plan } from '../core/plan/types.js'
import type { Clock } from '../ports/clock.js'
import type { Cluster } from '../ports/cluster.js'
import { HelmMissing, type Helm } from '../ports/helm.js'
import { Questions } from './questions.js'

export interface PreflightPorts {
  /** Or why there is no connection. */
  cluster: Cluster | Error
  helm: Helm
  kubectlVersion(): Promise<string>
  clock: Clock
}

export interface PreflightInput {
  plan: Plan
  /** The rendered manifest, or Helm's refusal. */
  manifest: string | Error
}

/** How long one check may take, in milliseconds: a slow one must not hold up the others. */
const limitMs = 10_000
/** A young lock is another Helm at work, or one that a killed installer left running: it is worth waiting for. */
const lockPatienceMs = 60_000

interface Check {
  id: string
  title: string
  run(): Promise<Finding>
  limit?: number
}

/** Runs all checks side by side; yields each result as it is there. `only`: one check by id. */
export async function* preflight(ports: PreflightPorts, input: PreflightInput, only?: string): AsyncGenerator<CheckResult> {
  const all = checksFor(ports, input)
  // The dry run of pods answers under exacter codes (quota, pod-security...): they all mean that check.
  const wanted = only === undefined || all.some((c) => c.id === only) ? only : 'pods-accepted'
  const checks = all.filter((c) => wanted === undefined || c.id === wanted)
  const pending = new Map(checks.map((c) => [c.id, timed(c, ports.clock).then((result) => ({ id: c.id, result }))]))
  while (pending.size > 0) {
    const { id, result } = await Promise.race(pending.values())
    pending.delete(id)
    yield result
  }
}

/** The ids and titles in the order in which they are shown. */
export function checksFor(ports: PreflightPorts, { plan, manifest }: PreflightInput): Check[] {
  const { context, namespace } = plan.target
  const objects = typeof manifest === 'string' ? parseManifest(manifest) : []
  const tools: Check[] = [
    {
      id: 'helm',
      title: 'Helm',
      run: async () => checkHelm(await attempt(async () => ({ version: await ports.helm.version() }))),
    },
    {
      id: 'kubectl',
      title: 'kubectl',
      run: async () => checkKubectl(await attempt(async () => ({ version: await ports.kubectlVersion() }))),
    },
    { id: 'chart', title: 'chart renders', run: async () => chartFinding(manifest, objects) },
  ]
  const { cluster } = ports
  if (cluster instanceof Error) {
    return [...tools, { id: 'cluster', title: 'cluster', run: async () => checkCluster({ error: cluster.message }, context) }]
  }
  const asked = new Questions(cluster, namespace)
  return [
    ...tools,
    { id: 'cluster', title: 'cluster', run: async () => checkCluster(await attempt(() => asked.version(ports.clock)), context) },
    { id: 'permissions', title: 'permissions', run: () => askPermissions(asked, permissionsFor(objects, namespace), namespace) },
    {
      id: 'namespace',
      title: 'namespace',
      run: async () => {
        const found = await attempt(async () => ({ namespace: await asked.namespace() }))
        const mayCreate =
          'namespace' in found && found.namespace === null
            ? await asked.may({ group: '', resource: 'namespaces', verb: 'create' })
            : true
        return checkNamespace(found, namespace, mayCreate !== false)
      },
    },
    { id: 'release-lock', title: 'release', run: () => askLock(ports, plan), limit: lockPatienceMs + limitMs },
    {
      id: 'storage-class',
      title: 'StorageClass',
      run: async () =>
        checkStorage(
          await attempt(async () => ({ classes: await asked.list('/apis/storage.k8s.io/v1/storageclasses') })),
          storageClassesOf(objects),
        ),
    },
    {
      id: 'volumes',
      title: 'earlier volumes',
      run: async () => checkLeftovers(await attempt(() => asked.leftovers(plan)), `${plan.fullname}-secret`, namespace),
    },
    {
      id: 'storage-change',
      title: 'volumes of this release',
      run: async () => checkStorageChange(plan.storage ?? [], namespace),
    },
    {
      id: 'metrics-server',
      title: 'metrics-server',
      run: async () =>
        checkMetricsServer(
          await asked.serves('metrics.k8s.io'),
          objects.some((o) => o.kind === 'HorizontalPodAutoscaler'),
        ),
    },
    {
      id: 'ingress-class',
      title: 'IngressClass',
      run: async () =>
        checkIngressClass(
          await attempt(async () => ({ classes: await asked.list('/apis/networking.k8s.io/v1/ingressclasses') })),
          objects.filter((o) => o.kind === 'Ingress'),
        ),
    },
    { id: 'pods-accepted', title: 'pods of this plan', run: () => askPods(asked, objects, namespace) },
  ]
}

/** The check of pod admission alone, for a namespace that has just been made. */
export async function checkPodsAgain(ports: PreflightPorts, input: PreflightInput): Promise<CheckResult | undefined> {
  for await (const result of preflight(ports, input, 'pods-accepted')) return result
  return undefined
}

function chartFinding(manifest: string | Error, objects: readonly KubeObject[]): Finding {
  if (manifest instanceof HelmMissing) return skip('not tried: there is no Helm')
  if (typeof manifest === 'string') return { state: 'pass', evidence: `the chart renders to ${objects.length} objects` }
  return { state: 'fail', evidence: manifest.message, remedy: { text: 'Correct the value that the message names.' } }
}

async function askPermissions(asked: Questions, permissions: Permission[], namespace: string): Promise<Finding> {
  const answers = await Promise.all(permissions.map(async (permission) => ({ permission, allowed: await asked.may(permission) })))
  return checkPermissions(answers, namespace, '')
}

async function askLock({ helm, clock }: PreflightPorts, plan: Plan): Promise<Finding> {
  const read = () => attempt(async () => ({ history: await helm.history(plan.target) }))
  if (
    await helm.version().then(
      () => false,
      (error) => error instanceof HelmMissing,
    )
  )
    return skip('not asked: there is no Helm')
  const deadline = clock.now() + lockPatienceMs
  let found = await read()
  while (
    'history' in found &&
    isPending(found.history[0]) &&
    clock.now() - found.history[0]!.updated < lockPatienceMs &&
    clock.now() < deadline
  ) {
    await clock.sleep(2000)
    found = await read()
  }
  return checkReleaseLock(found, plan.target.namespace, clock.now())
}

async function askPods(asked: Questions, objects: readonly KubeObject[], namespace: string): Promise<Finding> {
  if ((await asked.namespace()) === null) return checkPods(undefined, namespace)
  const runs = podTemplates(objects).map(async (template): Promise<DryRun> => {
    const refused = await asked.refusal(dryRunPod(template))
    return { owner: template.owner, ...(refused ? { refused } : {}) }
  })
  return checkPods(await Promise.all(runs), namespace)
}

async function attempt<T extends object>(work: () => Promise<T>): Promise<T | { error: string }> {
  try {
    return await work()
  } catch (error) {
    return { error: (error as Error).message }
  }
}

async function timed(check: Check, clock: Clock): Promise<CheckResult> {
  const start = clock.now()
  const stop = new AbortController()
  const limit = check.limit ?? limitMs
  const late = clock.sleep(limit, stop.signal).then(() => unknown(`no answer within ${limit / 1000} s`))
  const finding = await Promise.race([check.run().catch((error: Error) => unknown(error.message)), late])
  stop.abort()
  const { code, state, evidence, remedy } = finding
  return {
    id: code ?? check.id,
    title: check.title,
    state,
    evidence,
    ...(remedy ? { remedy } : {}),
    ms: Math.round(clock.now() - start),
  }
}
