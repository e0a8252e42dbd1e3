import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/lib/setup.mjs'

const run = promisify(execFile)
let folder: string
let tarball: { filename: string; size: number; files: { path: string }[] }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'a folder with spaces '))
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
  tarball = (JSON.parse(stdout) as (typeof tarball)[])[0]!
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the package is small, complete and has no runtime dependencies', async () => {
  expect(tarball.size).toBeLessThan(1_000_000)
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
  expect(manifest.dependencies).toBeUndefined()
  const paths = tarball.files.map((f) => f.path)
  for (const path of [
    'bin/mlflow-setup.mjs',
    'dist/main.js',
    'dist/third-party-notices.txt',
    'chart/Chart.yaml',
    'chart/values.schema.json',
    'presets/prod.yaml',
    'LICENSE',
    'NOTICE',
    'README.md',
  ])
    expect(paths).toContain(path)
  expect(paths.filter((p) => /^(src|test|scripts)\//.test(p))).toEqual([])
})

test('npx runs it in an empty folder whose path has a space', { timeout: 120_000 }, async () => {
  const { stdout } = await run('npx', ['--yes', `./${tarball.filename}`, '--help'], {
    cwd: folder,
    env: { ...process.env, npm_config_cache: join(folder, 'npm cache') },
  })
  expect(stdout).toContain('Usage: mlflow-setup')
})

test('the notices name what the bundle carries, with licence texts', async () => {
  const notices = await readFile(join(root, 'dist', 'third-party-notices.txt'), 'utf8')
  for (const name of ['ink', 'react', 'yaml', 'execa', 'commander', '@kubernetes/client-node', 'ajv'])
    expect(notices).toMatch(new RegExp(`^${name.replace('/', '\\/')} \\d`, 'm'))
  expect(notices).toContain('Permission is hereby granted')
})
