// `npm run bench`: the budgets that would make a test fail on a busy machine. Medians, with bare Node beside them.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, ensureModules, ensureTools, root } from './lib/setup.mjs'

ensureModules()
const tools = await ensureTools()
ensureBuilt()
const pty = await import('@lydell/node-pty')

const bin = join(root, 'bin', 'mlflow-setup.mjs')
const runs = Number(process.argv[2] ?? 15)
const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const env = { ...process.env, PATH: `${tools ? `${tools.bin}:` : ''}${process.env.PATH}`, NO_COLOR: '1' }
delete env.CI

function whole(args) {
  const times = []
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint()
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', env })
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
    times.push(Number(process.hrtime.bigint() - start) / 1e6)
  }
  return median(times)
}

/** Milliseconds until the first frame with text of the wizard is on a pseudo-terminal. */
async function firstFrame() {
  const times = []
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint()
    const terminal = pty.spawn(process.execPath, [bin, '--rehearse'], { cols: 80, rows: 24, env })
    await new Promise((resolve) => {
      let text = ''
      terminal.onData((data) => {
        text += data
        if (/mlflow-setup \d/.test(text)) resolve()
      })
    })
    times.push(Number(process.hrtime.bigint() - start) / 1e6)
    const ended = new Promise((resolve) => terminal.onExit(resolve))
    terminal.write('\x03')
    await ended
  }
  return median(times)
}

const rows = [
  ['node -e 0', whole(['-e', '0']), undefined],
  ['mlflow-setup --help', whole([bin, '--help']), 150],
  ['first wizard frame', await firstFrame(), 400],
]
console.log(`Node ${process.versions.node}, ${runs} runs each, medians\n`)
let over = 0
for (const [name, ms, budget] of rows) {
  const late = budget !== undefined && ms >= budget
  if (late) over++
  console.log(
    `${name.padEnd(22)} ${ms.toFixed(0).padStart(6)} ms${budget ? `   budget ${budget} ms${late ? '   OVER' : ''}` : ''}`,
  )
}
const pack = JSON.parse(
  spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }).stdout,
)[0]
console.log(
  `${'package'.padEnd(22)} ${(pack.size / 1e6).toFixed(2).padStart(6)} MB   budget 1 MB, unpacked ${(pack.unpackedSize / 1e6).toFixed(1)} MB, ${pack.entryCount} files`,
)
console.log(`${'main chunk'.padEnd(22)} ${(statSync(join(root, 'dist', 'main.js')).size / 1e3).toFixed(0).padStart(6)} kB`)
process.exit(over > 0 || pack.size >= 1e6 ? 1 : 0)
