// `npm start -- ARGS`: runs the product from a clone, after installing and building what is missing.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ensureBuilt, ensureModules, ensureTools, root } from './lib/setup.mjs'

ensureModules()
ensureBuilt()

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
const env = { ...process.env }
// The person's own Helm and kubectl come first; those of the tests only fill a gap.
if (!onPath('helm') || !onPath('kubectl')) {
  const tools = await ensureTools()
  if (tools) env.PATH = `${env.PATH ?? ''}${delimiter}${tools.bin}`
}
// npm start changes the folder to the clone's root: go back to where the person stands.
const cwd = process.env.INIT_CWD ?? process.cwd()
const child = spawn(process.execPath, [join(root, 'bin', 'mlflow-setup.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
  cwd,
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)))
