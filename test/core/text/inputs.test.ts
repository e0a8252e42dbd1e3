import { describe, expect, it } from 'vitest'
import {
  problemOfBucket,
  problemOfCidr,
  problemOfEndpoint,
  problemOfRegion,
  problemOfS3Uri,
} from '../../../src/core/text/address.js'
import { nextRuns, problemOfCron, problemOfTimeZone } from '../../../src/core/text/cron.js'
import { formatClock, formatDuration, parseDuration, problemOfDuration } from '../../../src/core/text/duration.js'
import { problemOfHost, problemOfServer } from '../../../src/core/text/host.js'
import { problemOfImageTag, problemOfNamespace, problemOfObjectName, problemOfRelease } from '../../../src/core/text/names.js'
import { nearest } from '../../../src/core/text/nearest.js'
import { problemOfCredential, problemOfNewPassword } from '../../../src/core/text/password.js'
import { formatBytes, parseQuantity, problemOfQuantity } from '../../../src/core/text/quantity.js'

describe('quantities', () => {
  it.each([
    ['25GB', 'storage', '25Gi'],
    ['25 Gi', 'storage', '25Gi'],
    ['25gb', 'storage', '25Gi'],
    ['25GiB', 'storage', '25Gi'],
    ['25', 'storage', '25Gi'],
    ['0,5', 'cpu', '0.5'],
    ['500', 'cpu', '500m'],
    ['500 m', 'cpu', '500m'],
    ['2 cores', 'cpu', '2'],
    ['512MB', 'memory', '512Mi'],
    ['2gb', 'memory', '2Gi'],
    ['2g', 'memory', '2Gi'],
    ['512', 'memory', '512Mi'],
    ['512m', 'memory', '512Mi'],
    ['-1Gi', 'memory', '1Gi'],
  ] as const)('refuses %s of %s and suggests %s', (text, of, suggestion) => {
    expect(problemOfQuantity(text, of)).toMatchObject({ suggestion })
    expect(problemOfQuantity(suggestion, of)).toBeNull()
  })

  it('offers both readings of a decimal unit', () => {
    expect(problemOfQuantity('25GB', 'storage')?.message).toBe('"25GB" is not a Kubernetes quantity: use 25Gi or 25G')
  })

  it.each([
    ['25G', 'storage'],
    ['25Gi', 'storage'],
    ['1.5Ti', 'storage'],
    ['500m', 'cpu'],
    ['0.5', 'cpu'],
    ['16', 'cpu'],
    ['512Mi', 'memory'],
    ['2Gi', 'memory'],
    ['1e9', 'memory'],
  ] as const)('accepts %s of %s', (text, of) => expect(problemOfQuantity(text, of)).toBeNull())

  it.each(['', 'x', '1Gi', '-1', '0', '1,2,3', 'NaN', '१'])('refuses %s of cpu', (text) =>
    expect(problemOfQuantity(text, 'cpu')).not.toBeNull(),
  )

  it('knows amounts', () => {
    expect(parseQuantity('1Ki')).toBe(1024)
    expect(parseQuantity('500m')).toBe(0.5)
    expect(parseQuantity('2e3')).toBe(2000)
    expect(parseQuantity('1K')).toBeUndefined()
    expect(formatBytes(1.5 * 2 ** 30)).toBe('1.5Gi')
  })
})

describe('schedules', () => {
  it.each([
    '@daily',
    '0 2 * * MON-FRI',
    '0 2 * * *',
    '*/15 * * * *',
    '0 2 1,15 * *',
    '0 2 * JAN sun',
    '0 0-6/2 * * 1-5',
    '@hourly',
  ])('accepts %s', (text) => {
    expect(problemOfCron(text)).toBeNull()
  })

  it.each([
    ['0 0 2 * * *', /6 fields.*first \(seconds, "0"\)/, '0 2 * * *'],
    ['0 0 10 * * ?', /first \(seconds/, '0 10 * * *'],
    ['0 2 * * * 2026', /last \(year, "2026"\)/, '0 2 * * *'],
    ['@every 6h', /interval/, '0 */6 * * *'],
    ['0 2 * * 7', /Sunday is 0/, '0 2 * * 0'],
    ['0 2 31 2 *', /never comes/, undefined],
    ['60 2 * * *', /minute "60" is not between 0 and 59/, undefined],
    ['0 24 * * *', /hour "24"/, undefined],
    ['0 2 * *', /4 fields/, undefined],
    ['*/0 * * * *', /step/, undefined],
    ['', /needed/, undefined],
    ['0 2 ? * *', /Quartz/, '0 2 * * *'],
    ['0 2 L * *', /Quartz/, undefined],
    ['0 2 * * 5#2', /Quartz/, undefined],
    ['0 2 15W * *', /Quartz/, undefined],
    ['30-10 * * * *', /backwards/, undefined],
    [' 0 2 * * *', /blank/, '0 2 * * *'],
    ['TZ=UTC 0 2 * * *', /time zone/, '0 2 * * *'],
    ['@Daily', /none of/, '@daily'],
    ['a * * * *', /no minute/, undefined],
  ] as const)('refuses %s', (text, message, suggestion) => {
    const problem = problemOfCron(text)
    expect(problem?.message).toMatch(message)
    expect(problem?.suggestion).toBe(suggestion)
  })

  it('previews the next runs in the time zone, across a change to summer time', () => {
    const runs = nextRuns('30 2 * * *', 3, new Date('2026-03-27T12:00:00Z'), 'Europe/Berlin')
    expect(runs.map((run) => run.toISOString())).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    expect(nextRuns('@daily', 1, new Date('2026-01-01T12:00:00Z'), 'UTC')[0]?.toISOString()).toBe('2026-01-02T00:00:00.000Z')
    expect(nextRuns('nonsense', 3, new Date(), 'UTC')).toEqual([])
  })

  it('knows time zones', () => {
    for (const zone of ['Europe/Berlin', 'UTC', 'Etc/UTC', 'America/Argentina/Buenos_Aires', 'Asia/Calcutta'])
      expect(problemOfTimeZone(zone)).toBeNull()
    expect(problemOfTimeZone('europe/berlin')?.suggestion).toBe('Europe/Berlin')
    expect(problemOfTimeZone('Berlin')?.suggestion).toBe('Europe/Berlin')
    for (const zone of ['', '+02:00', 'Local', 'Mars/Olympus']) expect(problemOfTimeZone(zone)).not.toBeNull()
  })
})

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

describe('durations', () => {
  it('reads and writes them', () => {
    expect(parseDuration('1h30m')).toBe(5_400_000)
    expect(parseDuration('15')).toBeUndefined()
    expect(problemOfDuration('15')?.suggestion).toBe('15m')
    expect(problemOfDuration('15 min')?.suggestion).toBe('15m')
    expect(problemOfDuration('0s')).not.toBeNull()
    expect(formatDuration(112_000)).toBe('1m 52s')
    expect(formatDuration(38)).toBe('38ms')
    expect(formatClock(41_000)).toBe('00:41')
  })
})

it('finds what was meant', () => {
  expect(nearest('replicaCuont', ['replicaCount', 'resources'])).toBe('replicaCount')
  expect(nearest('zzz', ['replicaCount'])).toBeUndefined()
})
