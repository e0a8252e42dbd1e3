import { emptyResult } from '../core/outcome.js'
import { smoke } from '../flows/smoke.js'
import { openEnvironment } from './environment.js'
import type { CommonOptions } from './options.js'
import { conclude, listenForSignals, render, rendererFor } from './output.js'
import { findRelease } from './release.js'

/** `test`: the smoke test of a release that is there. Exit 0 when every step passed, 9 otherwise. */
export async function test(options: CommonOptions): Promise<number> {
  const environment = await openEnvironment(options)
  const signals = listenForSignals()
  try {
    const { target, cluster, spec } = await findRelease(environment, options)
    const renderer = rendererFor(options, environment.rehearsal)
    const startedAt = environment.clock.now()
    const outcome = await render(smoke({ ...environment, cluster }, target, spec.fullname, signals.signal), renderer)
    const phase = signals.signal.aborted ? 'interrupted' : outcome.ok ? 'healthy' : 'smoke-failed'
    const total = environment.clock.now() - startedAt
    const message = outcome.ok ? `Smoke test passed: ${outcome.steps.length} steps.` : `Smoke test failed: ${outcome.detail}`
    const code = conclude(renderer, {
      ...emptyResult(phase, message, environment.rehearsal),
      target,
      smoke: outcome.steps,
      durations: { smoke: total, total },
    })
    return signals.code() ?? code
  } finally {
    signals.dispose()
    await environment.dispose()
  }
}
