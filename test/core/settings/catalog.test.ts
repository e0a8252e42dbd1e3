import { describe, expect, it } from 'vitest'
import { catalog, envName, flagNames, sections, settingOf, settingsIn } from '../../../src/core/settings/catalog.js'
import { formatAnswer, fromStored, labelOf, parseAnswer, toStored } from '../../../src/core/settings/codec.js'
import { advice } from '../../../src/core/settings/advice.js'
import { missingOf, problemsOf, validateAnswer } from '../../../src/core/settings/validate.js'
import type { Answers } from '../../../src/core/settings/types.js'

const unique = (items: readonly unknown[]) => expect(new Set(items).size).toBe(items.length)

describe('the catalog', () => {
  it('names everything once', () => {
    unique(catalog.map((setting) => setting.id))
    unique(catalog.flatMap(flagNames))
    unique(catalog.map(envName))
    unique(catalog.flatMap((setting) => setting.path ?? []))
  })

  it('is complete and consistent', () => {
    for (const setting of catalog) {
      expect(setting.flag).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(setting.help).toMatch(/[.]$/)
      expect(setting.kind === 'choice').toBe(setting.options !== undefined)
      if (setting.kind === 'secret') expect([setting.path, setting.target !== undefined]).toEqual([undefined, true])
      for (const implied of setting.implies ?? [])
        expect(validateAnswer(settingOf(implied.setting), implied.value, {})).toBeNull()
      if (setting.example !== undefined) {
        const parsed = parseAnswer(setting, setting.example)
        expect(parsed.problem).toBeUndefined()
        expect([setting.id, validateAnswer(setting, parsed.value!, {})]).toEqual([setting.id, null])
      }
    }
    expect(sections.flatMap((section) => settingsIn(section.id)).map((setting) => setting.id)).toEqual(
      catalog.map((setting) => setting.id),
    )
  })

  it('derives names', () => {
    expect(envName(settingOf('database.host'))).toBe('MLFLOW_SETUP_DATABASE_HOST')
    expect(flagNames(settingOf('backup.enabled'))).toEqual(['--backup', '--no-backup'])
    expect(flagNames(settingOf('auth.password'))).toEqual(['--admin-password-file'])
  })
})

describe('typed answers', () => {
  it('reads peers and writes them back', () => {
    const clients = settingOf('network.clients')
    const text = 'threads-agent/app=orchestrator, batch, ops/app.kubernetes.io/name=x+tier=web'
    const value = parseAnswer(clients, text).value!
    expect(value).toEqual([
      { namespace: 'threads-agent', podLabels: { app: 'orchestrator' } },
      { namespace: 'batch' },
      { namespace: 'ops', podLabels: { 'app.kubernetes.io/name': 'x', tier: 'web' } },
    ])
    expect(formatAnswer(clients, value)).toBe(text)
    expect(parseAnswer(clients, 'threads-agent/orchestrator').problem?.suggestion).toBe('threads-agent/app=orchestrator')
    expect(validateAnswer(clients, [{ namespace: 'Bad_NS' }], {})?.suggestion).toBe('bad-ns')
  })

  it('reads choices, toggles and numbers with a suggestion for a near miss', () => {
    const mode = settingOf('database.mode')
    expect(parseAnswer(mode, 'External').value).toBe('external')
    expect(parseAnswer(mode, 'extrenal').problem?.suggestion).toBe('external')
    expect([toStored(mode, 'embedded'), fromStored(mode, false)]).toEqual([true, 'external'])
    expect(parseAnswer(settingOf('backup.enabled'), 'off').value).toBe(false)
    expect(parseAnswer(settingOf('backup.enabled'), 'maybe').problem).toBeDefined()
    expect(parseAnswer(settingOf('backup.retention'), '7 days').problem?.suggestion).toBe('7')
    expect(parseAnswer(settingOf('tracing.samplingRatio'), '10%').problem?.suggestion).toBe('0.1')
    expect(parseAnswer(settingOf('tracing.samplingRatio'), '0,1').problem?.suggestion).toBe('0.1')
    expect(labelOf(settingOf('tls.mode'), 'files')).toBe('certificate files')
  })

  it('keeps a secret byte for byte', () => {
    for (const text of [' #leading-blank', 'ends-with-blank ', 'a,b', '"quoted"', 'пароль-密码-🔑'])
      expect(parseAnswer(settingOf('database.password'), text).value).toBe(text)
  })
})

describe('validation', () => {
  const external: Answers = {
    'database.mode': 'external',
    'artifacts.mode': 'embedded',
    'access.mode': 'port-forward',
    context: 'c',
    preset: 'dev',
    namespace: 'n',
    release: 'r',
    'artifacts.size': '1Gi',
  }

  it('names every missing answer at once, and only those that count', () => {
    const base: Answers = { ...external, 'auth.enabled': true, 'auth.username': 'admin' }
    expect(missingOf(base).map((s) => s.id)).toEqual(['database.host', 'database.name', 'database.user', 'database.password'])
    expect(missingOf(base, ['database.password']).map((s) => s.id)).not.toContain('database.password')
    expect(missingOf({ ...base, 'database.mode': 'embedded' }).map((s) => s.id)).toEqual(['database.size'])
  })

  it('wants both S3 keys or none', () => {
    const s3: Answers = { ...external, 'artifacts.mode': 'external', 'artifacts.uri': 's3://b-1/x' }
    expect(missingOf(s3).map((s) => s.id)).not.toContain('artifacts.secretKey')
    expect(missingOf({ ...s3, 'artifacts.accessKey': 'AKIA' }).map((s) => s.id)).toContain('artifacts.secretKey')
  })

  it('refuses one database for experiments and users', () => {
    const problems = problemsOf({ ...external, 'database.name': 'mlflow', 'database.authName': 'mlflow' })
    expect(problems.map(({ setting, problem }) => [setting.id, problem.suggestion])).toEqual([
      ['database.authName', 'mlflow_auth'],
    ])
  })

  it('refuses short credentials of the embedded store, even when moved out of a file', () => {
    expect(
      problemsOf({ 'artifacts.mode': 'embedded', 'artifacts.accessKey': 'ad', 'artifacts.secretKey': 'admin' }).map(
        (p) => p.setting.id,
      ),
    ).toEqual(['artifacts.accessKey', 'artifacts.secretKey'])
    expect(
      problemsOf({ 'artifacts.mode': 'embedded', 'artifacts.accessKey': 'admin', 'artifacts.secretKey': '12345678' }),
    ).toEqual([])
  })

  it('compares requests with limits and bounds with each other', () => {
    expect(problemsOf({ 'size.cpuRequest': '2', 'size.cpuLimit': '500m' })[0]?.problem.suggestion).toBe('500m')
    expect(
      problemsOf({ 'size.autoscaling': true, 'size.minReplicas': 4, 'size.maxReplicas': 2 }).map((p) => p.setting.id),
    ).toEqual(['size.maxReplicas'])
  })

  it('ignores answers that do not count', () => {
    expect(problemsOf({ 'backup.enabled': false, 'backup.schedule': 'never' })).toEqual([])
    expect(problemsOf({ 'backup.enabled': true, 'backup.schedule': 'never' })).toHaveLength(1)
  })

  it('never repeats a secret in a message', () => {
    const secret = 'Pässw0rd!'
    for (const id of ['auth.password', 'database.password', 'artifacts.secretKey']) {
      const problem = validateAnswer(settingOf(id), secret.slice(0, 5), {})
      expect(JSON.stringify(problem ?? '')).not.toContain(secret.slice(0, 5))
    }
  })

  it('gives advice that stops nothing', () => {
    expect(advice(settingOf('namespace'), 'default')).toMatch(/shared/)
    expect(advice(settingOf('namespace'), 'kube-system')).toMatch(/belongs to Kubernetes/)
    expect(advice(settingOf('namespace'), 'mlflow')).toBeUndefined()
    expect(advice(settingOf('size.imageTag'), 'v3.18.0')).toMatch(/-full/)
  })
})
