// `npm run test:cluster [-- SUITE...]`: the product on a real Kubernetes. Brings our own cluster up and, if it was not
// up before, takes it down again; `--keep` leaves it. MLFLOW_SETUP_TEST_CONTEXT names another cluster instead.
// The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { closingLine, closingPattern } from './lib/closing-line.mjs'
import { ensureBuilt, ensureModules, ensureTools, root } from './lib/setup.mjs'

const args = process.argv.slice(2)
const suites = args.filter((a) => a !== '--keep')
const own = !process.env.MLFLOW_SETUP_TEST_CONTEXT
const script = (name, ...more) =>
  spawnSync('bash', [join(root, 'test/cluster/kube', name), ...more], { cwd: root, stdio: ['ignore', 2, 2] }).status

ensureModules()
await ensureTools()
ensureBuilt()

let started = false
const down = () => {
  if (!started || args.includes('--keep')) return
  started = false
  script('down.sh')
}
process.on('exit', down)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

function fail(words) {
  process.stderr.write(`mlflow-setup: ${words}\n`)
  down()
  console.log(closingLine(0, 1))
  process.exit(1)
}

if (own) {
  // Status 3: not running.
  started = script('status.sh') !== 0
  if (script('up.sh') !== 0) fail('the test cluster did not come up')
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const vitestArgs = [
  'run',
  '--config',
  'test/cluster/vitest.cluster.config.ts',
  '--reporter=verbose',
  '--reporter=./scripts/lib/closing-line.mjs',
  ...suites,
]
const child = spawn(process.execPath, [vitest, ...vitestArgs], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
let closing
for await (const line of createInterface({ input: child.stdout })) {
  // Held back: the cluster still has to go down, and that line must be the last.
  if (closingPattern.test(line)) closing = line
  else console.log(line)
}
const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1))))
if (!closing) fail(`Vitest ended with ${code} and without a result`)
down()
console.log(closing)
process.exit(code)
