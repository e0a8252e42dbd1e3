// `npm test`: everything that needs no real cluster. Installs and builds what is missing first.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, ensureModules, ensureTools, root } from './lib/setup.mjs'

ensureModules()
await ensureTools()
ensureBuilt()

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const args = [
  'run',
  '--config',
  'vitest.config.ts',
  '--reporter=verbose',
  '--reporter=./scripts/lib/closing-line.mjs',
  ...process.argv.slice(2),
]
const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
process.exit(status ?? 1)
