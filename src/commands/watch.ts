import { emptyResult, watchResult } from '../core/outcome.js'
import { watchRelease } from '../flows/watch.js'
import { openEnvironment } from './environment.js'
import type { CommonOptions } from './options.js'
import { canDraw, conclude, listenForSignals, render, rendererFor } from './output.js'
import { findRelease } from './release.js'

/** `watch`: follows a release until it is healthy, or until its root cause is known. */
export async function watch(options: CommonOptions): Promise<number> {
  const environment = await openEnvironment(options)
  const signals = listenForSignals()
  try {
    const { target, cluster, spec } = await findRelease(environment, options)
    const flow = watchRelease({ cluster, clock: environment.clock }, spec, signals.signal)
    if (canDraw(options)) return await (await import('./interactive.js')).liveWatch(environment, target, cluster, spec, flow)
    const renderer = rendererFor(options, environment.rehearsal)
    renderer.event({ type: 'watching', at: environment.clock.now(), spec })
    const view = await render(flow, renderer)
    const result = signals.signal.aborted
      ? { ...emptyResult('interrupted', 'Stopped looking; the release goes on.', environment.rehearsal), target }
      : watchResult(view, target, environment.rehearsal)
    const code = conclude(renderer, result)
    return signals.code() ?? code
  } finally {
    signals.dispose()
    await environment.dispose()
  }
}
