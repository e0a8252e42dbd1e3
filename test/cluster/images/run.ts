import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { work } from './places.js'

/** How a command is run: its folder, more environment. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command; what it says goes into `build.log`. Throws with the end of that when it does not exit with 0. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): void {
  mkdirSync(work, { recursive: true })
  const log = join(work, 'build.log')
  const fd = openSync(log, 'a')
  const { status, error } = spawnSync(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', fd, fd],
  })
  closeSync(fd)
  if (status === 0) return
  const said = error?.message ?? output('tail', ['-n', '20', log])
  throw new Error(`"${[command, ...args].join(' ').slice(0, 400)}" failed (more in ${log}):\n${said}`)
}

/** Runs a command and returns what it printed, trimmed. Throws when it does not exit with 0. */
export function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`"${[command, ...args].join(' ')}" failed: ${error?.message ?? stderr}`)
  return stdout.trim()
}

/** True when the command can be run and exits with 0. */
export function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
