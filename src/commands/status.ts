import { createHealth, reduceHealth, viewHealth } from '../core/health/model.js'
import { emptyResult } from '../core/outcome.js'
import type { Result } from '../core/result.js'
import { openEnvironment } from './environment.js'
import type { CommonOptions } from './options.js'
import { conclude, rendererFor } from './output.js'
import { findRelease } from './release.js'

/** The kinds that must be listed once before anything can be said. */
const needed = ['Pod', 'Deployment', 'StatefulSet', 'Job', 'ReplicaSet', 'Event'] as const

/** `status`: lists everything once and says how the release stands. Exit 0 healthy, 6 otherwise. */
export async function status(options: CommonOptions): Promise<number> {
  const environment = await openEnvironment(options)
  const stop = new AbortController()
  try {
    const { target, cluster, spec, latest } = await findRelease(environment, options)
    const { clock } = environment
    const renderer = rendererFor(options, environment.rehearsal)
    let state = createHealth(spec)
    const open = new Set<string>(needed)
    for await (const event of cluster.watch({ namespace: target.namespace, labelSelector: `app.kubernetes.io/instance=${target.release}`, kinds: [...needed, 'PersistentVolumeClaim'] }, stop.signal)) {
      state = reduceHealth(state, event)
      renderer.event(event)
      if (event.type === 'synced' || event.type === 'forbidden') open.delete(event.kind)
      if (open.size === 0) break
    }
    const view = viewHealth(state, clock.now())
    const current = view.workloads.every((w) => w.current)
    const phase: Result['phase'] = view.causes.length > 0 || view.phase === 'failed' ? 'unhealthy' : current ? 'healthy' : 'progressing'
    const message = `release ${target.release} revision ${latest.revision} (MLflow ${latest.appVersion}): ${phase === 'healthy' ? 'every workload is current' : phase === 'progressing' ? 'on its way' : (view.causes[0]?.headline ?? 'not healthy')}`
    const result: Result = { ...emptyResult(phase, message, environment.rehearsal), target, causes: view.causes }
    return conclude(renderer, result)
  } finally {
    stop.abort()
    await environment.dispose()
  }
}
