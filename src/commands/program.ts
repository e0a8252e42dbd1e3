import { Command, InvalidArgumentError, Option } from 'commander'
import { catalog, envName, sections, settingsIn } from '../core/settings/catalog.js'
import type { Setting } from '../core/settings/types.js'
import { problemOfDuration } from '../core/text/duration.js'
import type { CommonOptions, DeployFlags } from './options.js'

/** What the program calls once the command line is understood. Each resolves to an exit code. */
export interface Handlers {
  install(flags: DeployFlags): Promise<number>
  plan(flags: DeployFlags): Promise<number>
  check(flags: DeployFlags): Promise<number>
  watch(options: CommonOptions): Promise<number>
  status(options: CommonOptions): Promise<number>
  test(options: CommonOptions): Promise<number>
}

/** Settings that are flags of every command, and defined with those. */
const commonIds = new Set(['context', 'namespace', 'release'])

/**
 * The command line, derived from the settings catalog.
 * @param done gets the exit code of the command that ran
 */
export function buildProgram(handlers: Handlers, done: (code: number) => void): Command {
  const program = new Command('mlflow-setup')
    .description(
      'From an empty Kubernetes namespace to a production-grade MLflow, proven healthy.\nWithout a command: the wizard.',
    )
    .version(__VERSION__, '-V, --version')
    .helpOption('-h, --help', 'help for a command')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', examples)

  const deployCommand = (name: 'install' | 'plan' | 'check', description: string, isDefault = false) => {
    const command = addCommon(program.command(name, { isDefault }).description(description))
    addDeploy(command, name)
    addSettings(command)
    command.action(async () => done(await handlers[name](deployFlags(command))))
  }
  deployCommand('install', 'install or upgrade MLflow: wizard on a terminal, straight through with --yes', true)
  deployCommand('plan', 'show the values file, Secret names and the exact Helm command; touch nothing')
  deployCommand('check', 'the prerequisites alone, each with evidence and a remedy')

  const releaseCommand = (name: 'watch' | 'status' | 'test', description: string) => {
    const command = addCommon(program.command(name).description(description))
    command.action(async () => done(await handlers[name](command.opts<CommonOptions>())))
  }
  releaseCommand('watch', 'live health of a release, with the root cause when it is not healthy')
  releaseCommand('status', 'health of a release now')
  releaseCommand('test', 'run the smoke test of a release')
  return program
}

function addCommon(command: Command): Command {
  return command
    .optionsGroup('Common:')
    .addOption(new Option('--context <name>', 'kubeconfig context; default: the current one').env('MLFLOW_SETUP_CONTEXT'))
    .addOption(new Option('-n, --namespace <name>', 'namespace').env('MLFLOW_SETUP_NAMESPACE'))
    .addOption(new Option('--release <name>', 'Helm release').env('MLFLOW_SETUP_RELEASE'))
    .addOption(
      new Option('--output <format>', 'text, json (one object at the end) or ndjson (events)')
        .choices(['text', 'json', 'ndjson'])
        .default('text'),
    )
    .option('--rehearse [scenario]', 'use a simulated cluster in this process; nothing is installed')
    .option('--accessible', 'append-only text, for screen readers')
    .option('--verbose', 'show what Helm prints')
}

function addDeploy(command: Command, name: string): void {
  command
    .addOption(
      new Option('-f, --values <file>', 'values file, repeatable; the last one wins').argParser(collect).default([], 'none'),
    )
    .option('--strict', 'warnings stop it (exit 4)')
    .option('--save-values <file>', 'where the values file is written (default: "mlflow-values.yaml")')
  if (name !== 'install') return
  command
    .option('-y, --yes', 'ask nothing: preset, files, environment and flags hold every answer')
    .addOption(
      new Option('--on-failure <action>', 'when it does not get healthy')
        .choices(['keep', 'rollback', 'uninstall'])
        .default('keep'),
    )
    .addOption(
      new Option('--timeout <duration>', 'give up after this long without any progress').default('5m').argParser(duration),
    )
}

function addSettings(command: Command): void {
  for (const section of sections) {
    for (const setting of settingsIn(section.id)) {
      if (commonIds.has(setting.id)) continue
      command.optionsGroup(`${section.title}:`)
      for (const option of optionsOf(setting)) command.addOption(option)
    }
  }
}

/** The flags of one setting. A secret's flag names a file: arguments are visible to every user of the machine. */
function optionsOf(setting: Setting): Option[] {
  const { flag, kind } = setting
  const help = `${setting.help.split('. ')[0]!.replace(/\.$/, '')} [${envName(setting)}]`
  switch (kind) {
    case 'toggle':
      return [new Option(`--${flag}`, help), new Option(`--no-${flag}`).hideHelp()]
    case 'secret':
      return [new Option(`--${flag}-file <file>`, `file that holds it: ${help}`)]
    case 'list':
    case 'peers':
      return [new Option(`--${flag} <value>`, `${help}, repeatable`).argParser(collect)]
    case 'choice':
      return [new Option(`--${flag} <value>`, `${help}: ${setting.options!.map((o) => o.value).join(', ')}`)]
    default:
      return [new Option(`--${flag} <value>`, help)]
  }
}

const collect = (value: string, before: unknown) => [...(Array.isArray(before) ? (before as string[]) : []), value]

function duration(text: string): string {
  const problem = problemOfDuration(text)
  if (problem) throw new InvalidArgumentError(`${problem.message}.`)
  return text
}

const camel = (flag: string) => flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Splits what commander parsed into our own flags and the settings' ones. */
function deployFlags(command: Command): DeployFlags {
  const all = command.opts<Record<string, unknown>>()
  const settings: DeployFlags['settings'] = {}
  for (const setting of catalog) {
    if (commonIds.has(setting.id)) continue
    const name = setting.kind === 'secret' ? `${setting.flag}-file` : setting.flag
    const key = camel(name)
    // A negatable flag has a default of true in commander: only what was typed counts.
    if (all[key] !== undefined && command.getOptionValueSource(key) === 'cli')
      settings[name] = all[key] as string | boolean | string[]
  }
  for (const id of commonIds) if (typeof all[id] === 'string') settings[id] = all[id]
  return { onFailure: 'keep', timeout: '5m', ...all, settings } as DeployFlags
}

const examples = `
Examples:
  mlflow-setup                                         wizard
  mlflow-setup --rehearse                              wizard on a simulated cluster
  mlflow-setup install --preset dev --yes              small, no questions
  mlflow-setup install --preset prod --host mlflow.example.com --tls cert-manager \\
      --tls-issuer letsencrypt --ingress-namespace traefik --client threads-agent/app=orchestrator --yes
  mlflow-setup check --preset prod                     prerequisites alone

Exit codes: 0 healthy, 1 bug, 2 usage or missing answer, 3 prerequisites, 4 warnings (--strict), 5 Helm failed,
6 not healthy, 7 rolled back, 8 release locked, 9 smoke test failed, 130 Ctrl-C, 143 SIGTERM`
