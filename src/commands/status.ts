import { emptyResult } from '../core/outcome.js'
import type { Result } from '../core/result.js'
import { watchRelease } from '../flows/watch.js'
import { openEnvironment } from './environment.js'
import type { CommonOptions } from './options.js'
import { conclude, listenForSignals, render, rendererFor } from './output.js'
import { findRelease } from './release.js'

/** `status`: one look at everything, and how the release stands. Exit 0 healthy, 6 otherwise. */
export async function status(options: CommonOptions): Promise<number> {
  const environment = await openEnvironment(options)
  const signals = listenForSignals()
  try {
    const { target, cluster, spec, latest } = await findRelease(environment, options)
    const renderer = rendererFor(options, environment.rehearsal)
    renderer.event({ type: 'watching', at: environment.clock.now(), spec })
    const view = await render(
      watchRelease({ cluster, clock: environment.clock }, spec, signals.signal, { until: 'listed' }),
      renderer,
    )
    const current = view.workloads.length > 0 && view.workloads.every((w) => w.current)
    const causes = view.causes.filter((c) => !c.note)
    const phase: Result['phase'] =
      causes.length > 0 || view.phase === 'failed' ? 'unhealthy' : current ? 'healthy' : 'progressing'
    const words =
      phase === 'healthy'
        ? 'every workload is current'
        : phase === 'progressing'
          ? 'on its way'
          : (causes[0]?.headline ?? 'not healthy')
    const message = `release ${target.release} revision ${latest.revision} (MLflow ${latest.appVersion}): ${words}`
    const code = conclude(renderer, { ...emptyResult(phase, message, environment.rehearsal), target, causes: view.causes })
    return signals.code() ?? code
  } finally {
    signals.dispose()
    await environment.dispose()
  }
}
