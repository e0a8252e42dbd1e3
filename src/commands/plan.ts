import { commandLine } from '../core/text/shell.js'
import { emptyResult } from '../core/outcome.js'
import { openEnvironment } from './environment.js'
import type { DeployFlags } from './options.js'
import { prepare } from './prepare.js'

/** `plan`: everything that `install` would do, before it does it. Touches nothing. */
export async function plan(flags: DeployFlags): Promise<number> {
  const environment = await openEnvironment(flags)
  try {
    const { plan: made } = await prepare(environment, flags, process.argv.slice(2))
    const argv = environment.helm.applyArgv(made.target, made.valuesFile)
    if (flags.output !== 'text') {
      const result = {
        ...emptyResult('planned', 'Nothing was touched.', environment.rehearsal),
        target: made.target,
        valuesFile: made.valuesFile,
      }
      const object = {
        ...result,
        mode: made.mode,
        values: made.valuesText,
        changes: made.changes,
        secrets: made.secrets.map((s) => ({ name: s.name, keys: s.keys.map((k) => k.key) })),
        helm: argv,
        warnings: made.warnings,
      }
      process.stdout.write(
        `${JSON.stringify(flags.output === 'ndjson' ? { type: 'result', at: Date.now(), result: object } : object, null, flags.output === 'json' ? 2 : undefined)}\n`,
      )
      return result.exitCode
    }
    const lines = [
      `# ${made.mode} of release ${made.target.release} in ${made.target.context} / ${made.target.namespace}`,
      ...made.warnings.map((w) => `# warning: ${w}`),
      '',
      `# ${made.valuesFile}`,
      made.valuesText.trimEnd(),
      '',
      '# Secrets (made before Helm runs, values never shown; existing keys are kept)',
      ...made.secrets.map((s) => `#   ${s.name}: ${s.keys.map((k) => k.key).join(', ')}`),
      '',
      '# Helm',
      `#   ${commandLine(argv)}`,
      ...(made.changes.length > 0
        ? [
            '',
            `# Changes against ${made.mode === 'upgrade' ? 'the release' : 'the preset'}`,
            ...made.changes.map((c) => `#   ${mark[c.kind]} ${c.path} ${describe(c)}`),
          ]
        : []),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
    return 0
  } finally {
    await environment.dispose()
  }
}

const mark = { added: '+', removed: '-', changed: '~' }
const describe = (c: { kind: string; before?: unknown; after?: unknown }) =>
  c.kind === 'changed'
    ? `${JSON.stringify(c.before)} -> ${JSON.stringify(c.after)}`
    : JSON.stringify(c.kind === 'added' ? c.after : c.before)
