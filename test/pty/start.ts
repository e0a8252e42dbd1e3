import { join } from 'node:path'
import { afterEach, beforeAll } from 'vitest'
import { ensureBuilt, ensureTools, root } from '../../scripts/lib/setup.mjs'
import { temporaryFolder } from './folders.js'
import { Terminal, type TerminalOptions } from './terminal.js'

let tools = ''
const open: Terminal[] = []

beforeAll(async () => {
  ensureBuilt()
  tools = (await ensureTools())?.bin ?? ''
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.dispose()))
})

/** The product itself in a terminal, in an empty folder, without anybody's kubeconfig or memory. */
export function start(args: string[], options: TerminalOptions = {}): Terminal {
  const cwd = options.cwd ?? temporaryFolder()
  const env = {
    PATH: `${tools}:${process.env.PATH ?? ''}`,
    KUBECONFIG: join(cwd, 'none'),
    HOME: cwd,
    MLFLOW_SETUP_CONFIG_DIR: join(cwd, 'config'),
    ...options.env,
  }
  const terminal = new Terminal(process.execPath, [join(root, 'bin', 'mlflow-setup.mjs'), ...args], { ...options, cwd, env })
  open.push(terminal)
  return terminal
}
