import type { DeploySpec } from '../core/deploy/model.js'
import type { FlowEvent } from '../core/events.js'
import type { HealthSpec, HealthView } from '../core/health/types.js'
import { expectedWorkloads, parseManifest } from '../core/kube/manifest.js'
import { watchResult } from '../core/outcome.js'
import type { Target } from '../core/plan/types.js'
import type { Answers } from '../core/settings/types.js'
import { parseDuration } from '../core/text/duration.js'
import { renderManifest } from '../flows/render-manifest.js'
import { pump, streaming } from '../flows/streaming.js'
import type { Cluster } from '../ports/cluster.js'
import type { WatchOptions } from '../ui/ink/app.js'
import { gather } from './answers.js'
import { openEnvironment, type Environment } from './environment.js'
import { InstallHost, podLogs, rememberedKey } from './host.js'
import type { DeployFlags } from './options.js'
import type { Prepared } from './prepare.js'

/** The wizard on a terminal, from the first question to the proven release. @returns the exit code */
export async function wizard(flags: DeployFlags): Promise<number> {
  // Side by side: the screen library is the bigger half of the way to the first frame.
  const [environment, { runWizard }] = await Promise.all([openEnvironment(flags), import('../ui/ink/app.js')])
  const given = await gather(flags, environment.files, environment.chart, process.env)
  const host = new InstallHost(environment, flags, given)
  try {
    const remembered = (await environment.preferences()).get<Answers>(rememberedKey(environment.rehearsal))
    const input = {
      version: __VERSION__,
      rehearsal: environment.rehearsal,
      chart: environment.chart,
      layers: given.layers,
      ...(remembered ? { remembered } : {}),
    }
    return leave(await runWizard({ input, host }))
  } finally {
    await host.dispose()
  }
}

/** `install --yes` on a terminal: the live screen over a deploy without questions. */
export async function liveDeploy(environment: Environment, flags: DeployFlags, prepared: Prepared): Promise<number> {
  const host = new InstallHost(environment, flags, { layers: [], warnings: [] })
  const { plan } = prepared
  const manifest = await renderManifest(environment, plan)
  const spec: DeploySpec = {
    ...plan.target,
    fullname: plan.fullname,
    rehearsal: environment.rehearsal,
    startedAt: environment.clock.now(),
    expected: manifest instanceof Error ? [] : expectedWorkloads(parseManifest(manifest)),
    stallAfterMs: parseDuration(flags.timeout)!,
    hasSmoke: true,
    ...(environment.pace ? { pace: environment.pace } : {}),
  }
  const events = streaming<FlowEvent, void>((send) => host.deployPrepared(prepared, send))
  const { runWatch } = await import('../ui/ink/app.js')
  return leave(await runWatch({ spec, mode: 'deploy', events, host }))
}

/** `watch` on a terminal. */
export async function liveWatch(
  environment: Environment,
  target: Target,
  cluster: Cluster,
  spec: HealthSpec,
  flow: AsyncGenerator<FlowEvent, HealthView>,
): Promise<number> {
  const host: WatchOptions['host'] = {
    run(effect, dispatch) {
      if (effect.type !== 'show-logs') return
      podLogs(cluster, target.namespace, effect.pod).then(
        (lines) => dispatch({ type: 'logs', pod: effect.pod, lines }),
        (error: Error) => dispatch({ type: 'failed', effect: effect.type, message: error.message }),
      )
    },
  }
  const events = streaming<FlowEvent, void>(async (send) => {
    const view = await pump(flow, send)
    send({ type: 'result', at: environment.clock.now(), result: watchResult(view, target, environment.rehearsal) })
  })
  return leave(
    await (
      await import('../ui/ink/app.js')
    ).runWatch({ spec: { ...spec, context: target.context, rehearsal: environment.rehearsal }, mode: 'watch', events, host }),
  )
}

/** What stays on the terminal once the screen is gone. */
function leave({ exitCode, summary }: { exitCode: number; summary: readonly string[] }): number {
  for (const line of summary) process.stdout.write(`${line}\n`)
  return exitCode
}
