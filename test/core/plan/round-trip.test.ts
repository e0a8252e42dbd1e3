import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makePlan } from '../../../src/core/plan/make-plan.js'
import { catalog } from '../../../src/core/settings/catalog.js'
import { ValuesDocument } from '../../../src/core/settings/document.js'
import { fileLayer, personLayer, presetLayer, resolve } from '../../../src/core/settings/layers.js'
import { checkValues } from '../../../src/core/settings/schema-check.js'
import { formatAnswer, parseAnswer } from '../../../src/core/settings/codec.js'
import type { Answers, AnswerValue, Setting } from '../../../src/core/settings/types.js'
import { problemsOf, validateAnswer } from '../../../src/core/settings/validate.js'
import { chart, root } from './real-chart.js'

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
const size = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom('Gi', 'Ti', 'G')).map(([n, unit]) => `${n}${unit}`)
const host = fc.tuple(label, fc.constantFrom('example.com', 'local', 'xn--mller-kva.example.org')).map((parts) => parts.join('.'))
const peer = fc.record(
  { namespace: label, podLabels: fc.dictionary(fc.constantFrom('app', 'app.kubernetes.io/name'), label, { minKeys: 1 }) },
  { requiredKeys: ['namespace'] },
)
// Words that YAML reads as something else, and signs that shells, URIs and Helm read as syntax.
const odd = fc.oneof(
  fc.constantFrom('yes', 'null', '1e3', '0123', '~', '#x', 'mlflow@tenant', '{a,b}', '*x', "it's", '50%', '12:30'),
  fc.stringMatching(/^[!-~]{1,20}$/),
)

const special: Record<string, fc.Arbitrary<AnswerValue>> = {
  'database.storageClass': label,
  'database.host': fc.oneof(host, fc.constant('10.1.2.3')),
  'database.name': fc.constantFrom('mlflow', 'no', 'null', 'y', '_x-1'),
  'database.authName': fc.constantFrom('mlflow_auth', 'yes', 'on'),
  'database.user': odd,
  'artifacts.uri': label.map((name) => `s3://abc-${name}/mlflow`),
  'artifacts.endpoint': host.map((name) => `https://${name}:9000`),
  'artifacts.region': fc.constantFrom('', 'eu-central-1', 'auto'),
  'access.host': host,
  'access.className': label,
  'tls.secretName': label,
  'tls.issuerName': label,
  'auth.username': odd.filter((name) => !name.includes(':')),
  'network.clients': fc.array(peer, { maxLength: 4 }),
  'network.ingressNamespace': label,
  'network.monitoringNamespace': label,
  'network.egressCIDRs': fc.array(fc.constantFrom('10.0.0.0/8', '192.168.1.0/24', '2001:db8::/32'), { maxLength: 3 }),
  'backup.schedule': fc.constantFrom('0 2 * * *', '@daily', '*/30 1-5 * * MON-FRI'),
  'backup.timeZone': fc.constantFrom('Etc/UTC', 'Europe/Berlin'),
  'backup.bucket': label.map((name) => `abc-${name}`),
  'backup.endpoint': host.map((name) => `https://${name}`),
  'backup.region': fc.constantFrom('', 'auto'),
  'tracing.endpoint': host.map((name) => `http://${name}:4318/v1/traces`),
  'tracing.samplingRatio': fc.constantFrom(0, 0.1, 0.25, 1),
  'size.cpuRequest': fc.constantFrom('250m', '0.5', '1'),
  'size.cpuLimit': fc.constantFrom('1', '4', '2500m'),
  'size.memoryRequest': fc.constantFrom('512Mi', '1Gi'),
  'size.memoryLimit': fc.constantFrom('2Gi', '4G'),
  'size.imageTag': fc.constantFrom('v3.18.0-full', '1.10', '20240101'),
}

function arbitraryOf(setting: Setting): fc.Arbitrary<AnswerValue> {
  if (special[setting.id]) return special[setting.id]!
  switch (setting.kind) {
    case 'toggle':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: 1, max: 100 })
    case 'choice':
      // `files` is `secret` in the values: the files are not there any more.
      return fc.constantFrom(...setting.options!.map((option) => option.value).filter((value) => value !== 'files'))
    default:
      return size
  }
}

const stored = catalog.filter((setting) => setting.path !== undefined)
const secrets = catalog.filter((setting) => setting.kind === 'secret')
const canary = (id: string) => `CANARY-${id.replace(/\W/g, '-')}-9x`
const answers = fc
  .record(Object.fromEntries(stored.map((setting) => [setting.id, arbitraryOf(setting)])), { requiredKeys: [] })
  .map((given): Answers => ({ ...given, ...Object.fromEntries(secrets.map((secret) => [secret.id, canary(secret.id)])) }))
const preset = fc.constantFrom('dev', 'prod')
const target = { context: 'c', namespace: 'n', release: 'mlflow' }

it('random answers become values that the chart accepts, and come back the same', async () => {
  const { path: _, ...files } = await chart()
  await fc.assert(
    fc.asyncProperty(preset, answers, async (name, given) => {
      const layers = [{ ...presetLayer(name, files.presets[name]!).layer, answers: { preset: name } }, personLayer(given)]
      // Random bounds may contradict each other: such answers never reach a plan.
      fc.pre(problemsOf(resolve(layers, files.defaults).answers).length === 0)
      const { plan, typedSecrets } = makePlan({
        target,
        mode: 'install',
        chart: { path: root, ...files },
        layers,
        valuesFile: 'v.yaml',
      })
      expect(await checkValues(plan.valuesText, 'v.yaml', files.schema, files.defaults)).toEqual([])
      const again = resolve([{ ...fileLayer('v.yaml', plan.valuesText).layer, answers: { preset: name } }], files.defaults)
      for (const setting of stored)
        expect([setting.id, again.answers[setting.id]]).toEqual([setting.id, plan.answers[setting.id]])
      for (const [id, value] of Object.entries(given))
        if (stored.some((setting) => setting.id === id) && value !== '') expect([id, plan.answers[id]]).toEqual([id, value])
      expect(JSON.stringify(plan)).not.toContain('CANARY')
      expect(Object.keys(typedSecrets)).toHaveLength(secrets.length)
    }),
    { numRuns: 500 },
  )
}, 120_000)

it('comments and unknown keys of a given file survive any answers', async () => {
  const files = await chart()
  const baseText =
    '# first\ncommonLabels: {team: ml} # whose\nenv:\n  # a proxy\n  - name: HTTPS_PROXY\n    value: http://proxy:3128\npodAnnotations: {x: "yes"} # later chart\n# last\n'
  await fc.assert(
    fc.property(preset, answers, (name, given) => {
      const layers = [
        { ...presetLayer(name, files.presets[name]!).layer, answers: { preset: name } },
        fileLayer('f.yaml', baseText).layer,
        personLayer(given),
      ]
      const { plan } = makePlan({
        target,
        mode: 'install',
        chart: files,
        layers,
        valuesFile: 'v.yaml',
        baseText,
        baseName: 'f.yaml',
      })
      for (const comment of ['# first', '# whose', '# a proxy', '# later chart', '# last'])
        expect(plan.valuesText).toContain(comment)
      const values = ValuesDocument.parse(plan.valuesText, 'v.yaml')
      expect([values.get('commonLabels.team'), values.get('podAnnotations.x'), values.get('env[0].name')]).toEqual([
        'ml',
        'yes',
        'HTTPS_PROXY',
      ])
      expect(plan.valuesText).not.toContain('CANARY')
    }),
    { numRuns: 200 },
  )
}, 120_000)

it('every answer survives being written as text', () => {
  for (const setting of stored) {
    fc.assert(
      fc.property(arbitraryOf(setting), (value) => {
        expect(parseAnswer(setting, formatAnswer(setting, value)).value).toEqual(value)
      }),
      { numRuns: 50 },
    )
  }
})

it('no validator throws, whatever is typed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...catalog), fc.string({ unit: 'binary' }), (setting, text) => {
      const parsed = parseAnswer(setting, text)
      if (!parsed.problem) validateAnswer(setting, parsed.value, {})
      // A suggestion that would be refused again helps nobody.
      const problem = parsed.problem ?? validateAnswer(setting, parsed.value, {})
      if (problem?.suggestion === undefined) return
      const better = parseAnswer(setting, problem.suggestion)
      expect([setting.id, text, problem.suggestion, better.problem ?? validateAnswer(setting, better.value!, {})]).toEqual([
        setting.id,
        text,
        problem.suggestion,
        null,
      ])
    }),
    { numRuns: 3000 },
  )
})
