import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ensureTools, root } from '../../scripts/lib/setup.mjs'
import { systemClock } from '../../src/adapters/clock.js'
import { createHelm } from '../../src/adapters/helm/helm.js'
import { createKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.js'
import type { FlowEvent } from '../../src/core/events.js'
import type { HealthView } from '../../src/core/health/types.js'
import { expectedWorkloads, parseManifest } from '../../src/core/kube/manifest.js'
import { watchRelease } from '../../src/flows/watch.js'
import type { Clock } from '../../src/ports/clock.js'
import { startRehearsal } from '../../src/rehearsal/index.js'

/** How much faster than real time the rehearsal and the watch go. */
const speed = 40

/** Time in which a grace of a minute passes in a second and a half. */
function fastClock(): Clock {
  const start = Date.now()
  return { now: () => start + (Date.now() - start) * speed, sleep: (ms, signal) => systemClock.sleep(ms / speed, signal) }
}

/** Installs the chart with real Helm into a rehearsed cluster and watches it to its verdict. */
export async function installAndWatch(
  scenario: string | undefined,
  values: object = {},
): Promise<{ view: HealthView; events: FlowEvent[] }> {
  const rehearsal = await startRehearsal({ speed, ...(scenario ? { scenario } : {}) })
  const folder = await mkdtemp(join(tmpdir(), 'causes-'))
  try {
    const tools = await ensureTools()
    const env = { ...process.env, ...rehearsal.env }
    const clock = fastClock()
    const helm = createHelm({ chart: join(root, 'chart'), env: rehearsal.env, ...(tools ? { program: tools.helm4 } : {}) })
    const cluster = await createKubeconfig({ env, clock, ...(tools ? { kubectl: tools.kubectl } : {}) }).connect(
      rehearsal.context,
    )
    const target = { context: rehearsal.context, namespace: 'ml', release: 'mlflow' }
    const valuesFile = join(folder, 'values.yaml')
    await writeFile(valuesFile, stringify(values))
    await cluster.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } })
    const startedAt = clock.now()
    const expected = expectedWorkloads(parseManifest(await helm.template(target, valuesFile)))
    const exit = await helm.apply(target, valuesFile, () => {})
    if (exit.code !== 0) throw new Error(`helm: ${exit.stderr}`)
    const flow = watchRelease(
      { cluster, clock },
      { namespace: target.namespace, release: target.release, fullname: 'mlflow', startedAt, expected },
      new AbortController().signal,
      // Helm, kubectl and the log's way are not faster than real time.
      { lastLogsMs: 5000 * speed },
    )
    const events: FlowEvent[] = []
    for (;;) {
      const next = await flow.next()
      if (next.done) return { view: next.value, events }
      events.push(next.value)
    }
  } finally {
    await rehearsal.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
