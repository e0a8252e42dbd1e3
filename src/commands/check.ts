import { causeOf } from '../core/checks/finding.js'
import type { CheckResult } from '../core/checks/types.js'
import { summarize } from '../core/checks/finding.js'
import { emptyResult } from '../core/outcome.js'
import { verdictOf } from '../flows/deploy.js'
import { preflight } from '../flows/preflight.js'
import { openEnvironment } from './environment.js'
import type { DeployFlags } from './options.js'
import { conclude, rendererFor } from './output.js'
import { prepare } from './prepare.js'
import { renderManifest } from '../flows/render-manifest.js'

/** `check`: the prerequisites of what the same flags would install. */
export async function check(flags: DeployFlags): Promise<number> {
  const environment = await openEnvironment(flags)
  try {
    const { plan, place } = await prepare(
      environment,
      flags.settings.preset === undefined && flags.values.length === 0
        ? { ...flags, settings: { ...flags.settings, preset: 'dev' } }
        : flags,
      process.argv.slice(2),
    )
    const renderer = rendererFor(flags, environment.rehearsal)
    const { clock } = environment
    const startedAt = clock.now()
    const manifest = await renderManifest(environment, plan)
    const checks: CheckResult[] = []
    for await (const result of preflight({ ...environment, cluster: place.cluster }, { plan, manifest })) {
      checks.push(result)
      renderer.event({ type: 'check', at: clock.now(), result })
    }
    const stop = verdictOf(checks, flags.strict ?? false)
    const result = emptyResult(stop?.ended ?? 'checked', summarize(checks), environment.rehearsal)
    return conclude(renderer, {
      ...result,
      target: plan.target,
      checks,
      causes: (stop?.causes ?? []).map((c) => causeOf(c, clock.now())),
      durations: { preflight: clock.now() - startedAt, total: clock.now() - startedAt },
    })
  } finally {
    await environment.dispose()
  }
}
