import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smokeSteps } from '../../src/core/smoke/steps.js'
import { resultOf, workplace } from './product.js'

let place: Awaited<ReturnType<typeof workplace>>
beforeAll(async () => (place = await workplace()))
afterAll(() => place.dispose())

describe.each(['dev', 'prod'])('install --rehearse --preset %s', (preset) => {
  test('gets healthy, with every smoke step and the values file', { timeout: 120_000 }, async () => {
    const ended = await place.run(['install', '--rehearse', '--preset', preset, '--yes', '--output', 'json'])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const result = resultOf(ended)
    expect(result).toMatchObject({
      phase: 'healthy',
      rehearsal: true,
      exitCode: 0,
      causes: [],
      message: 'Rehearsal passed: nothing was installed.',
    })
    expect(result.smoke.map((s) => [s.step, s.ok])).toEqual(smokeSteps.map((s) => [s.id, true]))
    expect(result.checks.every((c) => c.state === 'pass' || c.state === 'skip')).toBe(true)
    expect(result.valuesFile).toBe(join(place.folder, 'mlflow-values.rehearsal.yaml'))
    expect(await readFile(result.valuesFile!, 'utf8')).toContain('existingSecret: mlflow-secret')
    expect(Object.keys(result.durations)).toEqual(expect.arrayContaining(['preflight', 'helm', 'rollout', 'smoke', 'total']))
  })
})

test('works with Helm 3 as with Helm 4', { timeout: 120_000 }, async () => {
  const ended = await place.run(['install', '--rehearse', '--preset', 'prod', '--yes', '--output', 'json'], {
    MLFLOW_SETUP_HELM: place.tools.helm3,
  })
  expect(resultOf(ended)).toMatchObject({ phase: 'healthy', causes: [] })
  expect(resultOf(ended).checks.find((c) => c.id === 'helm')).toMatchObject({ evidence: 'helm 3.17.2' })
})

/** What each scripted fault must be called, and what its headline or evidence must name. */
const faults: [scenario: string, code: string, names: RegExp][] = [
  ['image-not-found', 'image-not-found', /ghcr\.io\/mlflow\/mlflow:v3\.18\.0-full/],
  ['image-auth', 'image-auth', /ghcr\.io\/mlflow\/mlflow:v3\.18\.0-full/],
  ['crash-loop', 'crash-loop', /mlflow/],
  ['oom', 'oom', /1536Mi|1\.5Gi|Mi|Gi/],
  ['unschedulable', 'unschedulable-resources', /Insufficient memory/],
  ['pvc-unbound', 'pvc-unbound', /mlflow-(postgresql|objects)/],
  ['probe-failing', 'probe-http', /503/],
  ['config-error', 'config-error', /mlflow-secret/],
  ['quota', 'quota', /exceeded quota/],
  ['pod-security', 'pod-security', /Pod ?Security "restricted/],
]
test.each(faults)('--rehearse=%s ends with exit 6 and the cause %s', { timeout: 60_000 }, async (scenario, code, names) => {
  const ended = await place.run(['install', `--rehearse=${scenario}`, '--preset', 'dev', '--yes', '--output', 'json'])
  const result = resultOf(ended)
  expect(result.causes[0]).toMatchObject({ code })
  const [cause] = result.causes
  expect([cause!.headline, ...cause!.evidence].join('\n')).toMatch(names)
  expect(cause!.remedy).not.toBe('')
  expect({ code: ended.code, phase: result.phase, rehearsal: result.rehearsal }).toEqual({
    code: 6,
    phase: 'unhealthy',
    rehearsal: true,
  })
})

test.each(['quota-preflight', 'pod-security-preflight'])(
  '--rehearse=%s is found before anything is changed',
  { timeout: 60_000 },
  async (scenario) => {
    const ended = await place.run(['install', `--rehearse=${scenario}`, '--preset', 'dev', '--yes', '--output', 'json'])
    const result = resultOf(ended)
    expect({ code: ended.code, phase: result.phase }).toEqual({ code: 3, phase: 'preflight-failed' })
    expect(result.causes.map((c) => c.code)).toContain(scenario.replace('-preflight', ''))
  },
)

test('a scenario that does not exist names those that do', async () => {
  const ended = await place.run(['install', '--rehearse=nonsense', '--preset', 'dev', '--yes', '--output', 'json'])
  expect(ended.code).toBe(2)
  expect(resultOf(ended).causes[0]!.remedy).toContain('image-not-found')
})

test('events as lines of JSON end with the same result', { timeout: 120_000 }, async () => {
  const ended = await place.run(['install', '--rehearse', '--preset', 'dev', '--yes', '--output', 'ndjson'])
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; result?: object })
  expect(new Set(events.map((e) => e.type))).toEqual(
    expect.objectContaining(new Set(['check', 'stage', 'object', 'smoke', 'result'])),
  )
  expect(events.at(-1)).toMatchObject({ type: 'result', result: { phase: 'healthy', rehearsal: true } })
})

test('plain text says one line per change, without escape codes', { timeout: 120_000 }, async () => {
  const ended = await place.run(['install', '--rehearse', '--preset', 'dev', '--yes'])
  expect(ended.code).toBe(0)
  expect(ended.stdout).toMatch(/^rehearsal: nothing is installed\n/)
  expect(ended.stdout).toContain('Rehearsal passed: nothing was installed.')
  expect(ended.stdout).not.toContain('MLflow is healthy')
  expect(ended.stdout + ended.stderr).not.toMatch(/\u001b/)
  const lines = ended.stdout.split('\n').filter((l) => l.includes('Deployment/mlflow 1/1'))
  expect(lines).toHaveLength(1)
})
