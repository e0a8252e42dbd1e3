import { resolve as resolvePath } from 'node:path'
import type { ChartFiles } from '../core/plan/types.js'
import { catalog, envName, flagNames, settingOf } from '../core/settings/catalog.js'
import { ValuesError } from '../core/settings/document.js'
import { envLayer, fileLayer, flagLayer, presetLayer, type LayerResult } from '../core/settings/layers.js'
import type { Answers, Layer } from '../core/settings/types.js'
import { missingOf, problemsOf } from '../core/settings/validate.js'
import { shellWord } from '../core/text/shell.js'
import type { Cause } from '../core/health/types.js'
import type { Files } from '../ports/files.js'
import type { DeployFlags } from './options.js'
import { UsageError, usageCause } from './usage-error.js'

/** What flags, environment and files say, before anything is asked or contacted. */
export interface Given {
  layers: Layer[]
  warnings: string[]
  /** Text and name of the first -f file: what is written keeps its comments. */
  base?: { text: string; name: string }
}

/** Environment variables that are ours and no settings. */
const otherVariables = ['MLFLOW_SETUP_HELM', 'MLFLOW_SETUP_KUBECTL', 'MLFLOW_SETUP_CONFIG_DIR', 'MLFLOW_SETUP_ASCII']

/** Reads flags, environment and -f files. @throws UsageError naming the flag, or file, line and path, with the reason */
export async function gather(flags: DeployFlags, files: Files, chart: ChartFiles, env: NodeJS.ProcessEnv): Promise<Given> {
  const read: LayerResult[] = []
  let base: Given['base']
  for (const name of flags.values) {
    const text = await files.read(resolvePath(name))
    if (text === undefined)
      throw oneCause('values-file', `values file ${name} does not exist`, 'Give the path of an existing file with -f.')
    await refuseBadFile(name, text, chart)
    base ??= { text, name }
    read.push(fileLayer(name, text))
  }
  const environment = { ...env }
  for (const name of Object.keys(environment))
    if (otherVariables.includes(name) || name.startsWith('MLFLOW_SETUP_TEST_')) delete environment[name]
  read.push(envLayer(environment), flagLayer(await withSecretFiles(flags.settings, files)))
  const problems = read.flatMap((r) => r.problems)
  if (problems.length > 0) {
    throw new UsageError(
      `${problems.length === 1 ? 'an answer is' : `${problems.length} answers are`} not understood`,
      problems.map(({ given, problem }) =>
        usageCause(
          'answer-refused',
          `${given}: ${problem.message}`,
          problem.suggestion ? `Write ${given} ${problem.suggestion}` : `See mlflow-setup install --help for ${given}.`,
        ),
      ),
    )
  }
  return { layers: read.map((r) => r.layer), warnings: read.flatMap((r) => r.warnings), ...(base ? { base } : {}) }
}

/** Adds the preset's layer when some layer (or the person) chose one. */
export function withPreset(layers: readonly Layer[], chart: ChartFiles, preset: unknown): Layer[] {
  const text = typeof preset === 'string' ? chart.presets[preset] : undefined
  return text === undefined ? [...layers] : [presetLayer(String(preset), text).layer, ...layers]
}

/** The preset that a layer names; without a person's choice there is no default. */
export const presetOf = (layers: readonly Layer[]): unknown =>
  layers.findLast((l) => l.answers?.preset !== undefined)?.answers?.preset

/**
 * @param present ids that need no answer: a default that is found out later, a secret that the cluster holds
 * @throws UsageError naming every missing flag at once, and every refused answer
 */
export function refuseIncomplete(answers: Answers, present: readonly string[], argv: readonly string[]): void {
  const missing = missingOf(answers, present)
  if (missing.length > 0)
    throw missingAnswers(
      missing.map((s) => s.id),
      argv,
    )
  const refused = problemsOf(answers)
  if (refused.length > 0) {
    throw new UsageError(
      `${refused.length === 1 ? 'an answer is' : `${refused.length} answers are`} refused`,
      refused.map(({ setting, problem }) =>
        usageCause(
          'answer-refused',
          `${setting.title} (${setting.path ?? flagNames(setting)[0]}): ${problem.message}`,
          problem.suggestion
            ? `${flagNames(setting)[0]} ${problem.suggestion}`
            : `Set ${flagNames(setting)[0]} or ${envName(setting)}.`,
        ),
      ),
    )
  }
}

/** Exit 2 with all missing flags and a command line that would do. */
export function missingAnswers(ids: readonly string[], argv: readonly string[]): UsageError {
  const wanted = ids.map((id) => settingOf(id))
  const flags = wanted.map(
    (s) =>
      `${flagNames(s)[0]} ${s.options ? String(s.options[0]!.value) : s.kind === 'secret' ? './secret.txt' : (s.example ?? 'VALUE')}`,
  )
  const given = argv.filter((a) => a !== '--yes' && a !== '-y')
  const words = given[0] && !given[0].startsWith('-') ? given : ['install', ...given]
  const command = ['mlflow-setup', ...words.map(shellWord), ...flags, ...(words[0] === 'install' ? ['--yes'] : [])].join(' ')
  const causes: Cause[] = wanted.map((s) =>
    usageCause(
      'missing-answer',
      `${flagNames(s)[0]} is missing: ${s.title.toLowerCase()}`,
      `${flagNames(s)[0]}, or ${envName(s)} in the environment${s.path ? `, or ${s.path} in a file given with -f` : ''}`,
    ),
  )
  if (causes[0]) causes[0].evidence = [`a complete command line: ${command}`]
  if (causes.length === 0) causes.push(usageCause('missing-answer', 'there is no terminal to ask on: --yes is missing', command))
  const names = wanted.length === 0 ? '--yes' : wanted.map((s) => flagNames(s)[0]).join(', ')
  return new UsageError(`${wanted.length > 1 ? 'answers are' : 'an answer is'} missing: ${names}`, causes)
}

async function refuseBadFile(name: string, text: string, chart: ChartFiles): Promise<void> {
  const { checkValues } = await import('../core/settings/schema-check.js')
  try {
    const problems = await checkValues(text, name, chart.schema, chart.defaults)
    if (problems.length === 0) return
    throw new UsageError(
      `values file ${name} is refused; nothing was touched`,
      problems.map((p) =>
        usageCause(
          'values-file',
          `${p.file}:${p.line}:${p.column}: ${p.path ? `${p.path}: ` : ''}${p.reason}`,
          p.suggestion ? `Write ${p.suggestion}` : 'Correct that line; docs/settings.md lists every key.',
        ),
      ),
    )
  } catch (error) {
    if (error instanceof ValuesError) throw oneCause('values-file', error.message, 'Correct that line; nothing was touched.')
    throw error
  }
}

/** Replaces each `--<secret>-file` by what the file holds. */
async function withSecretFiles(settings: DeployFlags['settings'], files: Files): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = { ...settings }
  for (const setting of catalog) {
    if (setting.kind !== 'secret') continue
    const name = settings[`${setting.flag}-file`]
    if (typeof name !== 'string') continue
    delete out[`${setting.flag}-file`]
    const text = await files.read(resolvePath(name))
    if (text === undefined)
      throw oneCause(
        'secret-file',
        `--${setting.flag}-file: ${name} does not exist`,
        'Give the path of a file that holds the secret alone.',
      )
    out[setting.flag] = text
  }
  return out
}

const oneCause = (code: string, headline: string, remedy: string) =>
  new UsageError(headline, [usageCause(code, headline, remedy)])
