import { describe, expect, it } from 'vitest'
import {
  problemOfBucket,
  problemOfCidr,
  problemOfEndpoint,
  problemOfRegion,
  problemOfS3Uri,
} from '../../../src/core/text/address.js'
import { problemOfHost, problemOfServer } from '../../../src/core/text/host.js'
import { problemOfImageTag, problemOfNamespace, problemOfObjectName, problemOfRelease } from '../../../src/core/text/names.js'
import { nearest } from '../../../src/core/text/nearest.js'
import { problemOfCredential, problemOfNewPassword } from '../../../src/core/text/password.js'

describe('hosts', () => {
  it.each([
    ['https://mlflow.example.com/', /scheme/, 'mlflow.example.com'],
    ['mlflow.example.com/ui', /path/, 'mlflow.example.com'],
    ['mlflow.example.com:8443', /port/, 'mlflow.example.com'],
    ['MLflow.Example.com', /lower case/, 'mlflow.example.com'],
    ['mlflow.example.com.', /trailing dot/, 'mlflow.example.com'],
    ['mlflow_team.example.com', /underscore/, 'mlflow-team.example.com'],
    ['[mlflow.example.com]', /bracket/, 'mlflow.example.com'],
    ['10.0.0.5', /IP address/, undefined],
    ['::1', /IPv6/, undefined],
    ['-mlflow.example.com', /hyphen/, 'mlflow.example.com'],
    ['mlflow..example.com', /empty part/, 'mlflow.example.com'],
    ['müller.example.com', /ASCII/, 'xn--mller-kva.example.com'],
    ['*.example.com', /wildcard/, 'example.com'],
    ['mlflow example.com', /blank/, 'mlflowexample.com'],
    ['mlflow.example.com\u200b', /invisible character \(U\+200B\)/, 'mlflow.example.com'],
    ['mlflow.example.com\n', /line break/, 'mlflow.example.com'],
    ['user@mlflow.example.com', /user/, 'mlflow.example.com'],
    [`${'a'.repeat(64)}.example.com`, /63/, undefined],
    ['', /needed/, undefined],
  ] as const)('refuses %j', (text, message, suggestion) => {
    const problem = problemOfHost(text)
    expect(problem?.message).toMatch(message)
    expect(problem?.suggestion).toBe(suggestion)
    if (suggestion) expect(problemOfHost(suggestion)).toBeNull()
  })

  it.each(['mlflow.example.com', 'localhost', 'mlflow.local', 'a-b.c1.io', 'xn--mller-kva.example.com'])('accepts %s', (text) => {
    expect(problemOfHost(text)).toBeNull()
  })

  it('lets addresses be database servers', () => {
    for (const server of ['10.0.0.5', 'db', 'db.example.internal', '2001:db8::1', 'my_db'])
      expect(problemOfServer(server)).toBeNull()
    expect(problemOfServer('10.0.0.500')).not.toBeNull()
    expect(problemOfServer('postgresql://db.example.internal:5432/x')?.suggestion).toBe('db.example.internal')
    expect(problemOfServer('db.example.internal:5432')?.suggestion).toBe('db.example.internal')
  })
})

describe('names', () => {
  it.each([
    ['My_NS', /upper case/, 'my-ns'],
    ['not_valid', /"_"/, 'not-valid'],
    ['-mlflow', /starts with a hyphen/, 'mlflow'],
    ['mlflow-', /ends with a hyphen/, 'mlflow'],
    ['mlflow.prod', /"\."/, 'mlflow-prod'],
    ['a'.repeat(64), /64 characters, at most 63/, 'a'.repeat(63)],
    ['mlflow prod', /a blank/, 'mlflow-prod'],
    ['mlflow\u200b', /invisible character \(U\+200B\)/, 'mlflow'],
    ['müller', /"ü"/, 'muller'],
    ['', /needed/, undefined],
  ] as const)('refuses the namespace %j', (text, message, suggestion) => {
    const problem = problemOfNamespace(text)
    expect(problem?.message).toMatch(message)
    expect(problem?.suggestion).toBe(suggestion)
  })

  it.each(['123', 'kube-system', 'default', 'a'.repeat(63), 'mlflow'])('accepts the namespace %s', (text) =>
    expect(problemOfNamespace(text)).toBeNull(),
  )

  it('holds releases to 53 characters and a leading letter', () => {
    expect(problemOfRelease('Lassen')?.suggestion).toBe('lassen')
    expect(problemOfRelease(`mlflow-${'a'.repeat(46)}`)).toBeNull()
    expect(problemOfRelease(`mlflow-${'a'.repeat(46)}1`)?.message).toMatch(/54 characters, at most 53/)
    expect(problemOfRelease('123')?.suggestion).toBe('mlflow-123')
  })

  it('knows object names and image tags', () => {
    expect(problemOfObjectName('mlflow.tls-2', 'Secret')).toBeNull()
    expect(problemOfObjectName('Mlflow_TLS', 'Secret')?.suggestion).toBe('mlflow-tls')
    expect(problemOfImageTag('v3.18.0-full')).toBeNull()
    expect(problemOfImageTag('ghcr.io/mlflow/mlflow:v3.18.0-full')?.suggestion).toBe('v3.18.0-full')
    for (const tag of ['-x', 'a b', 'sha256@abc', 'a'.repeat(129)]) expect(problemOfImageTag(tag)).not.toBeNull()
  })
})

describe('passwords', () => {
  // Everything that a shell, YAML, a URI or Helm's --set would read as syntax.
  const odd = [
    '50%off%40day',
    'un1que@and:g00d/pw',
    'Winter#42snow',
    ' #leading-blank',
    'ends-with-blank ',
    '"quoted"',
    "it's",
    'back\\slash',
    '$(HOSTNAME)',
    '${HOME}',
    '`id`',
    '{a,b}',
    'пароль-密码-🔑',
    '!bang',
    '*star',
    '0123456789',
    'null',
    'yes',
    '1e3',
    'qT4,vz\\kW=7[0].p{r}',
  ]
  it.each(odd)('accepts %j of another system', (password) => expect(problemOfCredential(password)).toBeNull())

  it('wants length, and not what everybody knows', () => {
    expect(problemOfNewPassword('password1234', 12)?.message).toMatch(/everybody knows/)
    expect(problemOfNewPassword('short', 12)?.message).toMatch(/5 characters, at least 12/)
    expect(problemOfNewPassword('aaaaaaaaaaaaaa', 12)).not.toBeNull()
    expect(problemOfNewPassword('new-Password-42', 12)).toBeNull()
    expect(problemOfCredential('1234567', 8)?.message).toMatch(/at least 8/)
    expect(problemOfCredential('12345678', 8)).toBeNull()
    expect(problemOfCredential('two\nlines')?.message).toMatch(/line break/)
  })
})

describe('addresses', () => {
  it.each([
    ['ml-artifacts/mlflow', 's3://ml-artifacts/mlflow'],
    ['s3://My_Bucket', 's3://my-bucket'],
    ['s3a://bucket/x', 's3://bucket/x'],
    ['gs://bucket', undefined],
    ['s3://', undefined],
    ['s3://ml.flow.prod', 's3://ml-flow-prod'],
    ['', undefined],
  ])('refuses the artifact address %s', (text, suggestion) => {
    expect(problemOfS3Uri(text)).not.toBeNull()
    expect(problemOfS3Uri(text)?.suggestion).toBe(suggestion)
  })

  it('accepts buckets that work', () => {
    for (const uri of ['s3://mlflow', 's3://ml-artifacts/mlflow/prod', 's3://mlflow/']) expect(problemOfS3Uri(uri)).toBeNull()
    expect(problemOfS3Uri('s3://ml.flow.prod', { pathStyle: true })).toBeNull()
    expect(problemOfBucket('mlflow/')?.suggestion).toBe('mlflow')
    expect(problemOfBucket('My_Bucket')?.suggestion).toBe('my-bucket')
  })

  it.each([
    ['minio.example.internal:9000', 'https://minio.example.internal:9000'],
    ['http://minio.example.internal:9000/mlflow', 'http://minio.example.internal:9000'],
    ['https://s3.example.com/', 'https://s3.example.com'],
    ['s3://bucket', 'https://bucket'],
    ['https://key:secret@s3.example.com', 'https://s3.example.com'],
    ['https://', undefined],
    ['https://s3.example.com:99999', undefined],
  ])('refuses the endpoint %s', (text, suggestion) => {
    const problem = problemOfEndpoint(text)
    expect(problem).not.toBeNull()
    expect(problem?.suggestion).toBe(suggestion)
  })

  it('accepts endpoints and regions', () => {
    for (const endpoint of ['https://minio.example.internal:9000', 'http://10.0.0.5:8333', 'http://[2001:db8::1]:9000'])
      expect(problemOfEndpoint(endpoint)).toBeNull()
    expect(problemOfEndpoint('http://jaeger:4318/v1/traces', { path: true })).toBeNull()
    expect(problemOfRegion('')).toBeNull()
    expect(problemOfRegion('EU_Central_1')?.suggestion).toBe('eu-central-1')
  })

  it('knows address ranges', () => {
    for (const range of ['10.0.0.0/8', '0.0.0.0/0', '10.1.2.3/32', '192.168.128.0/17', '2001:db8::/32'])
      expect(problemOfCidr(range)).toBeNull()
    expect(problemOfCidr('10.0.0.5/8')?.suggestion).toBe('10.0.0.0/8')
    expect(problemOfCidr('10.0.0.5')?.suggestion).toBe('10.0.0.5/32')
    expect(problemOfCidr('192.168.200.0/17')?.suggestion).toBe('192.168.128.0/17')
    for (const range of ['10.0.0.0/33', '10.0.0/8', 'x', '', '300.0.0.0/8', '10.0.0.0/8/8', '2001:db8::/129'])
      expect(problemOfCidr(range)).not.toBeNull()
  })
})

it('finds what was meant', () => {
  expect(nearest('replicaCuont', ['replicaCount', 'resources'])).toBe('replicaCount')
  expect(nearest('zzz', ['replicaCount'])).toBeUndefined()
})
