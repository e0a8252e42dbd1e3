import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bin, resultOf, workplace } from './product.js'

let place: Awaited<ReturnType<typeof workplace>>
beforeAll(async () => {
  place = await workplace()
  await mkdir(join(place.folder, 'in'), { recursive: true })
})
afterAll(() => place.dispose())

const file = async (name: string, text: string) => {
  await writeFile(join(place.folder, 'in', name), text)
  return join('in', name)
}

test('without command and terminal: help and exit 2', async () => {
  const ended = await place.run([])
  expect(ended.code).toBe(2)
  expect(ended.stdout).toContain('Usage: mlflow-setup')
})

test('a reader that closes the pipe early is no error', async () => {
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', '"$0" "$1" --help | head -1', process.execPath, bin])
  expect({ stdout: stdout.slice(0, 19), stderr }).toEqual({ stdout: 'Usage: mlflow-setup', stderr: '' })
})

test('help and version end with 0', async () => {
  expect((await place.run(['--help'])).code).toBe(0)
  expect((await place.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  const help = await place.run(['install', '--help'])
  for (const flag of ['--host', '--database', '--client', '--backup-schedule', '--image-tag', '--admin-password-file'])
    expect(help.stdout).toContain(flag)
})

test('no terminal and no --yes: every missing flag and a complete command line', async () => {
  const ended = await place.run(['install'])
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain('--preset')
  expect(ended.stderr).toContain('mlflow-setup install --preset dev --yes')
})

test('missing answers are all named at once, in text and in JSON', async () => {
  const args = ['install', '--preset', 'prod', '--access', 'ingress', '--database', 'external', '--yes']
  const text = await place.run(args)
  expect(text.code).toBe(2)
  for (const flag of ['--host', '--database-host']) expect(text.stderr).toContain(flag)
  const json = resultOf(await place.run([...args, '--output', 'json']))
  expect(json).toMatchObject({ phase: 'usage', exitCode: 2, valuesFile: null })
  expect(json.causes.map((c) => c.code)).toEqual(expect.arrayContaining(['missing-answer']))
  expect(json.causes[0]!.evidence.join()).toContain('mlflow-setup install')
})

test('a refused answer says why and what would do', async () => {
  const ended = await place.run(['install', '--preset', 'dev', '--database-size', '25GB', '--yes', '--output', 'json'])
  expect(ended.code).toBe(2)
  expect(resultOf(ended).causes[0]!.headline).toMatch(/25GB.*/)
  expect(resultOf(ended).causes[0]!.remedy).toContain('25Gi')
})

test.each([
  ['an unknown key', 'auth:\n  enabled: true\nreplicaCuont: 2\n', /bad\.yaml:3:\d+: replicaCuont/],
  ['a wrong type', 'replicaCount: many\n', /bad\.yaml:1:\d+: replicaCount/],
  ['broken YAML', 'auth:\n  enabled: true\n bad\n', /bad\.yaml:\d+:\d+/],
  ['a list', '- a\n', /bad\.yaml:1:1/],
])('a values file with %s is refused with file, line and reason; nothing is touched', async (_, text, place_) => {
  const before = await readdir(place.folder)
  const ended = await place.run(['install', '--preset', 'dev', '-f', await file('bad.yaml', text), '--yes', '--output', 'json'])
  expect(ended.code).toBe(2)
  expect(resultOf(ended).causes[0]!.headline).toMatch(place_)
  expect((await readdir(place.folder)).filter((f) => f !== 'config')).toEqual(before.filter((f) => f !== 'config'))
})

test('a values file that is not there', async () => {
  const ended = await place.run(['install', '-f', 'nowhere.yaml', '--yes'])
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain('nowhere.yaml does not exist')
})

test('an unknown flag is refused with a suggestion', async () => {
  const ended = await place.run(['install', '--hots', 'x', '--yes'])
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain('--host')
})

test('no kubeconfig: preflight says so, exit 3, and the JSON has the same shape', async () => {
  const ended = await place.run(['install', '--preset', 'dev', '--yes', '--output', 'json'])
  const result = resultOf(ended)
  expect({ code: ended.code, phase: result.phase, rehearsal: result.rehearsal }).toEqual({
    code: 3,
    phase: 'preflight-failed',
    rehearsal: false,
  })
  expect(result.causes.map((c) => c.code)).toContain('cluster')
  expect(result).toMatchObject({ smoke: [], valuesFile: null, access: null })
})

test('plan shows values, Secret names and the Helm command, and writes nothing', async () => {
  const before = await readdir(place.folder)
  const ended = await place.run([
    'plan',
    '--rehearse',
    '--preset',
    'prod',
    '--host',
    'mlflow.example.com',
    '--tls',
    'secret',
    '--tls-secret',
    'mlflow-tls',
    '--ingress-namespace',
    'kube-system',
  ])
  expect(ended.code).toBe(0)
  for (const text of ['host: mlflow.example.com', 'mlflow-secret: ', 'upgrade --install mlflow', 'mlflow-backup-key'])
    expect(ended.stdout).toContain(text)
  expect(await readdir(place.folder)).toEqual(before)
})

test('check alone', { timeout: 60_000 }, async () => {
  const ended = await place.run(['check', '--rehearse', '--preset', 'prod', '--output', 'json'])
  expect(ended.code).toBe(0)
  expect(resultOf(ended)).toMatchObject({ phase: 'checked', rehearsal: true })
  expect(resultOf(ended).checks.map((c) => c.id)).toEqual(
    expect.arrayContaining([
      'helm',
      'kubectl',
      'cluster',
      'permissions',
      'namespace',
      'release-lock',
      'storage-class',
      'metrics-server',
      'pods-accepted',
    ]),
  )
})
