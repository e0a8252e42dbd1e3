import { CommanderError } from 'commander'
import { buildProgram, type Handlers } from './commands/program.js'
import { exitCodes } from './core/exit-codes.js'

/** Each command is its own lazy chunk: help and version load none of them. */
const handlers: Handlers = {
  install: async (flags) => (await import('./commands/install.js')).install(flags),
  plan: async (flags) => (await import('./commands/plan.js')).plan(flags),
  check: async (flags) => (await import('./commands/check.js')).check(flags),
  watch: async (options) => (await import('./commands/watch.js')).watch(options),
  status: async (options) => (await import('./commands/status.js')).status(options),
  test: async (options) => (await import('./commands/test.js')).test(options),
}

/** Runs a command line and sets the process's exit code. @param argv without node and script */
export async function main(argv: string[]): Promise<void> {
  let code: number = exitCodes.bug
  // `mlflow-setup ... | head` closes the pipe early: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.healthy)
    throw error
  })
  // A signal that nobody is in charge of yet: Node's default would skip the exit handlers, which clean up.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)
    })
  }
  try {
    const program = buildProgram(handlers, (result) => (code = result))
    if (argv.length === 0 && !(process.stdin.isTTY && process.stdout.isTTY)) {
      program.outputHelp()
      process.exitCode = exitCodes.usage
      return
    }
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // Commander has printed its message; help and version end with 0.
    if (error instanceof CommanderError) code = error.exitCode === 0 ? exitCodes.healthy : exitCodes.usage
    else {
      const { reportError } = await import('./commands/report.js')
      code = reportError(error, argv)
    }
  }
  process.exitCode = code
}
