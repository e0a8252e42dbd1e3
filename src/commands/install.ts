import { secureBytes } from '../adapters/random.js'
import type { DeployOutcome } from '../core/outcome.js'
import { resultOf } from '../core/outcome.js'
import { generate } from '../core/plan/secret-values.js'
import { parseDuration } from '../core/text/duration.js'
import { causeOf } from '../core/checks/finding.js'
import { deploy, type DeployPorts } from '../flows/deploy.js'
import { preflight } from '../flows/preflight.js'
import type { FlowEvent } from '../core/events.js'
import { renderManifest } from '../flows/render-manifest.js'
import { undo } from '../flows/undo.js'
import { openEnvironment, type Environment } from './environment.js'
import { missingAnswers } from './answers.js'
import type { DeployFlags } from './options.js'
import { canAsk, canDraw, conclude, listenForSignals, render, rendererFor } from './output.js'
import { prepare, type Prepared } from './prepare.js'

/** `install`: the wizard on a terminal, straight through with `--yes`. */
export async function install(flags: DeployFlags): Promise<number> {
  const argv = process.argv.slice(2)
  if (canAsk(flags))
    return canDraw(flags) ? (await import('./interactive.js')).wizard(flags) : (await import('./prompted.js')).prompted(flags)
  if (!flags.yes) throw missingAnswers(flags.settings.preset === undefined && flags.values.length === 0 ? ['preset'] : [], argv)
  const environment = await openEnvironment(flags)
  const signals = listenForSignals()
  try {
    const prepared = await prepare(environment, flags, argv)
    if (canDraw(flags)) return await (await import('./interactive.js')).liveDeploy(environment, flags, prepared)
    const renderer = rendererFor(flags, environment.rehearsal)
    const outcome = await render(deployFlow(environment, flags, prepared, signals.signal), renderer)
    const result = resultOf(outcome, prepared.plan, environment.rehearsal)
    const code = conclude(renderer, result)
    return signals.code() ?? code
  } finally {
    signals.dispose()
    await environment.dispose()
  }
}

/** The deploy of a prepared plan, `--on-failure` included. */
export async function* deployFlow(
  environment: Environment,
  flags: Pick<DeployFlags, 'timeout' | 'strict' | 'onFailure'>,
  { plan, typed, place }: Prepared,
  signal: AbortSignal,
): AsyncGenerator<FlowEvent, DeployOutcome> {
  const ports = {
    ...environment,
    kubectlVersion: environment.kubectlVersion,
    generate: (format: 'password' | 'fernet') => generate(format, secureBytes),
  }
  for (const text of plan.warnings) yield { type: 'note', at: environment.clock.now(), text }
  if (place.cluster instanceof Error) return yield* withoutCluster(environment, { plan, typed, place })
  const outcome = yield* deploy(
    { ...ports, cluster: place.cluster } satisfies DeployPorts,
    plan,
    {
      typed,
      stallAfterMs: parseDuration(flags.timeout)!,
      strict: flags.strict ?? false,
      ...(environment.pace ? { pace: environment.pace } : {}),
    },
    signal,
  )
  return undo(environment.helm, plan.target, flags.onFailure, outcome)
}

/** No connection: the checks that are possible say so. */
async function* withoutCluster(environment: Environment, { plan, place }: Prepared): AsyncGenerator<FlowEvent, DeployOutcome> {
  const { clock } = environment
  const startedAt = clock.now()
  const checks = []
  const manifest = await renderManifest(environment, plan)
  for await (const result of preflight({ ...environment, cluster: place.cluster }, { plan, manifest })) {
    checks.push(result)
    yield { type: 'check', at: clock.now(), result }
  }
  const failed = checks.filter((c) => c.state === 'fail')
  return {
    ended: 'preflight-failed',
    causes: failed.map((c) => causeOf(c, clock.now())),
    checks,
    smoke: [],
    detail: failed.map((c) => `${c.title}: ${c.evidence.split('\n')[0]}`).join('; '),
    durations: { preflight: clock.now() - startedAt, total: clock.now() - startedAt },
  }
}
