import { describe, expect, it } from 'vitest'
import { envLayer, fileLayer, flagLayer, personLayer, presetLayer, releaseLayer } from '../../../src/core/settings/layers.js'
import type { Layer } from '../../../src/core/settings/types.js'
import { makePlan, typedMark } from '../../../src/core/plan/make-plan.js'
import { chart, target } from './chart-fixture.js'

const preset = (name: string): Layer => ({ ...presetLayer(name, chart.presets[name]!).layer, answers: { preset: name } })
const plan = (layers: Layer[], more: object = {}) =>
  makePlan({ target, mode: 'install', chart, layers, valuesFile: 'mlflow-values.yaml', ...more })

describe('a plan', () => {
  it('is the preset with its comments and the names of the Secrets', () => {
    const { plan: made, typedSecrets } = plan([preset('prod')])
    expect(made.valuesText).toBe(`# For people who rely on it
replicaCount: 2 # survives a node
backup:
  enabled: true
  encryption:
    existingSecret: mlflow-backup-key
secrets:
  existingSecret: mlflow-secret
`)
    expect(made.fullname).toBe('mlflow')
    expect(typedSecrets).toEqual({})
    expect(made.secrets.map((s) => [s.name, s.keys.map((k) => k.key)])).toEqual([
      [
        'mlflow-secret',
        [
          'admin-username',
          'admin-password',
          'flask-secret-key',
          'kek-passphrase',
          'webhook-encryption-key',
          'postgres-password',
          's3-access-key',
          's3-secret-key',
        ],
      ],
      ['mlflow-backup-key', ['password', 'salt']],
    ])
    expect(made.changes.map((c) => [c.kind, c.path])).toEqual([
      ['added', 'backup.encryption.existingSecret'],
      ['added', 'secrets.existingSecret'],
    ])
    expect(made.warnings.join('\n')).toMatch(
      /database is one instance[\s\S]*object store is one instance[\s\S]*same store as the artifacts/,
    )
  })

  it('keeps a given file and adds what weaker and stronger layers say', () => {
    const baseText = '# ours\nmine: {a: 1} # kept\nreplicaCount: 3 # three zones\n'
    const { plan: made } = plan(
      [preset('prod'), fileLayer('prod.yaml', baseText).layer, flagLayer({ host: 'a.example.com', replicas: '4' }).layer],
      { baseText },
    )
    expect(made.valuesText).toContain('# ours\nmine: { a: 1 } # kept\nreplicaCount: 4 # three zones\n')
    expect(made.valuesText).toContain('  hosts:\n    - host: a.example.com\n')
    expect(made.valuesText).toContain('backup:\n  enabled: true\n')
    expect(made.warnings).toContain('no TLS: passwords travel readable between people and the ingress controller')
  })

  it('never has a secret in it', () => {
    const baseText = [
      'auth: {password: CANARY-admin-1} # CANARY comments are not ours',
      'postgresql: {enabled: false, auth: {password: CANARY-embedded}}',
      'minio: {auth: {rootUser: CANARY-user, rootPassword: CANARY-root}}',
      'backendStore: {uri: "postgresql://u:CANARY-uri@db.example.internal/x"}',
      'env: [{name: AWS_SECRET_ACCESS_KEY, value: CANARY-aws}]',
    ]
      .join('\n')
      .replace(/ # .*/, '')
    const { plan: made, typedSecrets } = plan(
      [preset('dev'), fileLayer('f.yaml', baseText).layer, personLayer({ 'auth.password': 'CANARY-typed' })],
      { baseText, existingValuesText: baseText },
    )
    expect(JSON.stringify(made)).not.toContain('CANARY')
    expect(typedSecrets).toEqual({
      'auth.password': 'CANARY-typed',
      'database.password': 'CANARY-uri',
      'artifacts.accessKey': 'CANARY-user',
      'artifacts.secretKey': 'CANARY-aws',
    })
    expect(made.answers['auth.password']).toBe(typedMark)
    expect(made.valuesText).not.toMatch(/minio|uri:|password/)
    expect(made.warnings.filter((w) => w.includes('moves into a Secret'))).toHaveLength(6)
  })

  it.each([
    '50%off%40day',
    'Winter#42snow',
    ' #leading-blank',
    'ends-with-blank ',
    '"quoted"',
    "it's",
    'back\\slash',
    '$(HOSTNAME)',
    '{a,b}',
    'пароль-密码-🔑',
    '!bang',
    '0123456789',
    'null',
    'qT4,vz\\kW=7[0].p{r}',
  ])('hands the password %j on byte for byte, from whatever gave it', (password) => {
    const quoted = JSON.stringify(password)
    const layers = [
      flagLayer({ 'database-password': `${password}\n` }).layer,
      envLayer({ MLFLOW_SETUP_DATABASE_PASSWORD: password }).layer,
      personLayer({ 'database.password': password }),
      fileLayer('f', `postgresql: {auth: {password: ${quoted}}}`).layer,
      fileLayer('f', `backendStore: {uri: ${JSON.stringify(`postgresql://u:${encodeURIComponent(password)}@h/d`)}}`).layer,
    ]
    for (const layer of layers) expect(plan([preset('dev'), layer]).typedSecrets).toEqual({ 'database.password': password })
  })

  it('warns when a credential also stands where nobody moves it', () => {
    const baseText = 'mine: hunter2-hunter2\nauth: {password: hunter2-hunter2}\n'
    const { plan: made } = plan([fileLayer('f', baseText).layer], { baseText })
    expect(made.warnings).toContain('the admin password also stands readable somewhere else in the values: remove it there')
    expect(made.warnings.join()).not.toContain('hunter2')
  })

  it('lets external credentials follow what was typed, and keeps generated ones', () => {
    const { plan: made, typedSecrets } = plan([
      preset('dev'),
      flagLayer({ 'database-host': 'db', 'database-password': '50%off@x#y' }).layer,
    ])
    const keys = made.secrets[0]!.keys
    expect(keys.find((k) => k.key === 'postgres-password')).toEqual({
      key: 'postgres-password',
      from: 'database.password',
      overwrite: true,
    })
    expect(keys.find((k) => k.key === 'admin-password')).toEqual({
      key: 'admin-password',
      generate: 'password',
      from: 'auth.password',
    })
    expect(keys.find((k) => k.key === 's3-secret-key')?.generate).toBe('password')
    expect(typedSecrets['database.password']).toBe('50%off@x#y')
    expect(made.valuesText).toContain('host: db\n')
  })

  it('repeats the advice about single answers', () => {
    const place = { ...target, namespace: 'default' }
    const { plan: made } = plan([preset('dev'), flagLayer({ 'image-tag': 'v3.18.0' }).layer], { target: place })
    expect(made.warnings).toEqual([
      expect.stringMatching(/^namespace default: default is shared/),
      expect.stringMatching(/^mlflow image tag v3.18.0: images without "-full" lack/),
    ])
  })

  it('writes defaults of the questions that the chart does not have', () => {
    const { plan: made } = plan([preset('dev'), flagLayer({ databaseHost: 'db' }).layer])
    expect(made.valuesText).toContain('username: mlflow\n')
    expect(made.valuesText).not.toContain('authDatabase')
  })

  it('gives a backup bucket elsewhere its own keys', () => {
    const flags = {
      'backup-bucket': 'abc',
      'backup-endpoint': 'https://s3.example.com',
      'backup-access-key': 'CANARY-id',
      'backup-secret-key': 'CANARY-key',
    }
    const { plan: made, typedSecrets } = plan([preset('dev'), flagLayer(flags).layer])
    expect(made.secrets.at(-1)).toMatchObject({
      name: 'mlflow-backup-store',
      keys: [{ key: 's3-access-key' }, { key: 's3-secret-key' }],
    })
    expect(made.valuesText).toContain('existingSecret: mlflow-backup-store\n')
    expect(JSON.stringify(made)).not.toContain('CANARY')
    expect(typedSecrets).toEqual({ 'backup.accessKey': 'CANARY-id', 'backup.secretKey': 'CANARY-key' })
    expect(made.warnings.join()).not.toContain('same store')
  })

  it('takes emptied values away, by null only where the chart has a default', () => {
    const withLimit = { ...chart, defaults: { ...chart.defaults, resources: { limits: { memory: '2Gi' } } } }
    const layers = [
      preset('dev'),
      fileLayer('f', 'resources: {limits: {cpu: 1}}').layer,
      flagLayer({ 'cpu-limit': '', 'memory-limit': '' }).layer,
    ]
    const { valuesText } = plan(layers, { chart: withLimit }).plan
    expect(valuesText).toContain('resources:\n  limits:\n    memory: null\n')
    expect(valuesText).not.toContain('cpu')
  })

  it('makes a TLS Secret of files, by name', () => {
    const { plan: made, secretFiles } = plan([
      preset('dev'),
      flagLayer({ host: 'a.example.com', tlsCert: './a.crt', tlsKey: './a.key' }).layer,
    ])
    expect(made.valuesText).toContain('tls:\n  mode: secret\n  secretName: mlflow-tls\n')
    expect(made.secrets.at(-1)).toMatchObject({ name: 'mlflow-tls', type: 'kubernetes.io/tls' })
    expect(secretFiles).toEqual({ 'tls.certFile': './a.crt', 'tls.keyFile': './a.key' })
  })

  it('keeps names that somebody chose', () => {
    const baseText = 'secrets: {existingSecret: ours}\nfullnameOverride: tracking\n'
    const { plan: made } = plan([preset('prod'), fileLayer('f', baseText).layer], { baseText })
    expect(made.secrets.map((s) => s.name)).toEqual(['ours', 'tracking-backup-key'])
  })

  it('shows an upgrade against the release that is there', () => {
    const existing = 'replicaCount: 2\nsecrets: {existingSecret: mlflow-secret}\n'
    const { plan: made } = plan([preset('dev'), releaseLayer(existing).layer, flagLayer({ replicas: 3 }).layer], {
      mode: 'upgrade',
      existingValuesText: existing,
    })
    expect(made.changes).toEqual([
      { kind: 'changed', path: 'replicaCount', before: 2, after: 3 },
      { kind: 'added', path: 'auth.enabled', after: true },
    ])
  })

  it('does not bring a preset into an upgrade that names none', () => {
    const existing = 'replicaCount: 2\nauth: {enabled: false}\n'
    const { plan: made } = plan([releaseLayer(existing).layer], { mode: 'upgrade', existingValuesText: existing })
    expect(made.valuesText).toBe('replicaCount: 2\nauth: { enabled: false }\nsecrets:\n  existingSecret: mlflow-secret\n')
  })

  it('is the same when made twice, and from its own values', () => {
    const first = plan([preset('prod'), flagLayer({ host: 'a.example.com', client: ['x/app=y'] }).layer]).plan
    const again = plan([preset('prod'), fileLayer('v', first.valuesText).layer], { baseText: first.valuesText }).plan
    expect(again.valuesText).toBe(first.valuesText)
    expect(again.answers).toEqual(first.answers)
  })
})

describe('changes of volumes', () => {
  const existing = 'postgresql: {persistence: {size: 5Gi, storageClass: fast}}\n'
  const upgrade = (text: string) =>
    plan([preset('dev'), releaseLayer(existing).layer, fileLayer('f', text).layer], {
      mode: 'upgrade',
      existingValuesText: existing,
    }).plan

  it.each([
    ['postgresql: {persistence: {size: 10Gi}}', [['grow', '5Gi', '10Gi']]],
    ['postgresql: {persistence: {size: 2Gi}}', [['shrink', '5Gi', '2Gi']]],
    ['postgresql: {persistence: {storageClass: slow}}', [['class', 'fast', 'slow']]],
    ['objectStore: {persistence: {size: 30Gi}}', [['grow', '20Gi', '30Gi']]],
    ['global: {storageClass: slow}', [['class', '', 'slow']]],
  ])('are known before Helm fails on them: %s', (text, expected) => {
    const made = upgrade(text)
    expect(made.storage?.map((c) => [c.kind, c.before, c.after])).toEqual(expected)
    expect(made.warnings.filter((w) => w.includes('volume'))).toHaveLength(1)
  })

  it.each(['postgresql: {persistence: {size: 5120Mi}}', 'postgresql: {enabled: false}', 'replicaCount: 3'])(
    'are none in %s',
    (text) => {
      expect(upgrade(text).storage).toBeUndefined()
    },
  )
})
