import { describe, expect, it } from 'vitest'
import { nextRuns, problemOfCron, problemOfTimeZone } from '../../../src/core/text/cron.js'
import { formatClock, formatDuration, parseDuration, problemOfDuration } from '../../../src/core/text/duration.js'
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
