import type { FlowEvent } from '../core/events.js'
import type { HealthSpec, HealthView } from '../core/health/types.js'
import { resultOf } from '../core/outcome.js'
import { causeText } from '../core/text/cause-text.js'
import type { Answers } from '../core/settings/types.js'
import { runWizard } from '../ui/ink/app.js'
import { gather } from './answers.js'
import { openEnvironment } from './environment.js'
import { InstallHost, rememberedKey } from './host.js'
import type { DeployFlags } from './options.js'

/** The wizard on a terminal, from the first question to the proven release. @returns the exit code */
export async function wizard(flags: DeployFlags): Promise<number> {
  const environment = await openEnvironment(flags)
  const given = await gather(flags, environment.files, environment.chart, process.env)
  const host = new InstallHost(environment, flags, given)
  try {
    const remembered = (await environment.preferences()).get<Answers>(rememberedKey(environment.rehearsal))
    const { exitCode, summary } = await runWizard({
      input: { version: __VERSION__, rehearsal: environment.rehearsal, chart: environment.chart, layers: given.layers, ...(remembered ? { remembered } : {}) },
      host,
    })
    for (const line of summary) process.stdout.write(`${line}\n`)
    return exitCode
  } finally {
    await host.dispose()
  }
}
