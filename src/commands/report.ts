import { causeText } from '../core/text/cause-text.js'
import { exitCodes } from '../core/exit-codes.js'
import { emptyResult } from '../core/outcome.js'
import { redact } from '../core/text/redact.js'
import { UsageError } from './usage-error.js'

/** Tells a person, or a script, about an error that ended the program. @returns the exit code */
export function reportError(error: unknown, argv: readonly string[]): number {
  const usage = error instanceof UsageError
  const message = redact(error instanceof Error ? error.message : String(error))
  const format = outputOf(argv)
  const rehearsal = argv.some((a) => a.startsWith('--rehearse'))
  if (format !== 'text') {
    const result = { ...emptyResult(usage ? 'usage' : 'bug', message, rehearsal), ...(usage ? { causes: error.causes } : {}) }
    const object = format === 'ndjson' ? { type: 'result', at: Date.now(), result } : result
    process.stdout.write(`${JSON.stringify(object, null, format === 'json' ? 2 : undefined)}\n`)
    return result.exitCode
  }
  process.stderr.write(`mlflow-setup: ${message}\n`)
  if (!usage) {
    process.stderr.write(
      `${redact((error as Error).stack ?? '')}\nThis is a bug in mlflow-setup: please report it with the lines above.\n`,
    )
    return exitCodes.bug
  }
  for (const cause of error.causes) {
    const lines = causeText(cause)
    process.stderr.write(`${(cause.headline === message ? lines.slice(1) : lines).join('\n')}\n`)
  }
  return exitCodes.usage
}

/** The format asked for, read from the raw arguments: the error may be about them. */
function outputOf(argv: readonly string[]): 'text' | 'json' | 'ndjson' {
  const at = argv.findIndex((a) => a === '--output' || a.startsWith('--output='))
  const value = at < 0 ? 'text' : argv[at]!.includes('=') ? argv[at]!.split('=')[1] : argv[at + 1]
  return value === 'json' || value === 'ndjson' ? value : 'text'
}
