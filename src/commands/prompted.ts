import { terminalDialogue } from '../adapters/dialogue.js'
import { commandLine } from '../core/text/shell.js'
import { exitCodes } from '../core/exit-codes.js'
import { resultOf } from '../core/outcome.js'
import { personLayer, releaseLayer, resolve } from '../core/settings/layers.js'
import { sections } from '../core/settings/catalog.js'
import type { Answers, SectionId } from '../core/settings/types.js'
import { askSections, DialogueEnded, line } from '../ui/plain/prompts.js'
import { gather, presetOf, withPreset } from './answers.js'
import { openEnvironment } from './environment.js'
import { deployFlow } from './install.js'
import type { DeployFlags } from './options.js'
import { conclude, listenForSignals, render, rendererFor } from './output.js'
import { locate, planFrom, type Place } from './prepare.js'
import { UsageError } from './usage-error.js'

/** Where it goes comes first: the release that is there has answers of its own. */
const placeSections: readonly SectionId[] = ['cluster', 'preset', 'target']

/** `install` on a terminal without a drawn screen (`--accessible`, TERM=dumb): the same questions, line by line. */
export async function prompted(flags: DeployFlags): Promise<number> {
  const environment = await openEnvironment(flags)
  const given = await gather(flags, environment.files, environment.chart, process.env)
  const dialogue = terminalDialogue()
  const signals = listenForSignals()
  signals.signal.addEventListener('abort', () => dialogue.close(), { once: true })
  try {
    const start = await locate(environment, resolve(given.layers, environment.chart.defaults).answers)
    const layersOf = (typed: Answers, place?: Place) => {
      const own = [...given.layers, personLayer({ context: start.target.context, ...typed })]
      const release = place?.existing === undefined ? [] : [releaseLayer(place.existing).layer]
      return [...withPreset(own, environment.chart, presetOf(own) ?? (release.length > 0 ? undefined : 'dev')), ...release]
    }
    const resolveWith = (place?: Place) => (typed: Answers) => resolve(layersOf(typed, place), environment.chart.defaults)
    if (environment.rehearsal) dialogue.say('rehearsal: nothing is installed')
    let typed = await askSections(dialogue, placeSections, resolveWith(), {})
    const place = await locate(environment, resolveWith()(typed).answers)
    if (place.existing !== undefined) dialogue.say(`There is a release ${place.target.release}: this is an upgrade.`)
    const rest = sections.map((s) => s.id).filter((id) => !placeSections.includes(id))
    typed = await askSections(dialogue, rest, resolveWith(place), typed)

    const prepared = await planFrom(environment, flags, given, layersOf(typed, place), place, process.argv.slice(2))
    const { plan } = prepared
    dialogue.say('')
    for (const warning of plan.warnings) dialogue.say(`Note: ${warning}.`)
    dialogue.say(commandLine(environment.helm.applyArgv(plan.target, plan.valuesFile)))
    // A production release goes to the cluster that was meant, or nowhere.
    const consent = plan.answers.preset === 'prod' && !environment.rehearsal ? plan.target.context : 'yes'
    if ((await line(dialogue, `Type ${consent} to deploy to ${plan.target.context}, anything else to leave: `)) !== consent) {
      dialogue.say('Nothing was touched.')
      return exitCodes.healthy
    }
    const renderer = rendererFor(flags, environment.rehearsal)
    const outcome = await render(deployFlow(environment, flags, prepared, signals.signal), renderer)
    const code = conclude(renderer, resultOf(outcome, plan, environment.rehearsal))
    return signals.code() ?? code
  } catch (error) {
    if (!(error instanceof DialogueEnded)) throw error
    const code = signals.code()
    if (code === undefined) throw new UsageError(error.message)
    dialogue.say('\nStopped while asking: nothing was touched.')
    return code
  } finally {
    dialogue.close()
    signals.dispose()
    await environment.dispose()
  }
}
