import { describe, expect, it } from 'vitest'
import { ValuesDocument, ValuesError } from '../../../src/core/settings/document.js'

const text = `# top
ingress:
  enabled: false # off for now
  hosts:
    # the public one
    - host: a.example.com
      paths: ["/"]
unknown: {kept: yes} # mine
replicaCount: 2
`
const parse = (yaml: string) => ValuesDocument.parse(yaml, 'prod.yaml')

function errorOf(yaml: string): ValuesError {
  try {
    parse(yaml)
  } catch (error) {
    if (error instanceof ValuesError) return error
    throw error
  }
  throw new Error('was accepted')
}

describe('a values document', () => {
  it('changes what is set and nothing else', () => {
    const document = parse(text)
      .set('ingress.enabled', true)
      .set('ingress.hosts[0].host', 'b.example.com')
      .set('tls.mode', 'none')
    expect(document.toString()).toBe(`# top
ingress:
  enabled: true # off for now
  hosts:
    # the public one
    - host: b.example.com
      paths: [ "/" ]
unknown: { kept: yes } # mine
replicaCount: 2
tls:
  mode: none
`)
  })

  it('reads as Helm does: yes and on are true, base 60 and dates are texts', () => {
    const document = parse('a: yes\nb: Off\nc: 12:30:45\nd: 2001-01-01\ne: 0123\nf: 1_000\ng: 1e3\n')
    expect(document.toObject()).toEqual({ a: true, b: false, c: '12:30:45', d: '2001-01-01', e: 83, f: 1000, g: 1000 })
  })

  it.each([
    'yes',
    'no',
    'on',
    'null',
    '~',
    '',
    '1e3',
    '0123',
    '0x1F',
    '1_000',
    'true',
    '.inf',
    '# x',
    ' lead',
    'trail ',
    '{a,b}',
    '*star',
    '!bang',
    "it's",
    '"q"',
    'a: b',
    '12:30',
    '0o17',
    'y',
    '-',
    '@x',
    '`id`',
    'two\nlines',
    '=',
    '<<',
  ])('keeps the text %j a text', (value) => {
    const written = parse('').set('a.b', value).toString()
    expect(parse(written).get('a.b')).toBe(value)
  })

  it('gives lines and columns', () => {
    const document = parse(text)
    expect(document.locate('ingress.hosts[0].host')).toEqual({ line: 6, column: 7 })
    expect(document.locate('replicaCount')).toEqual({ line: 9, column: 1 })
    expect(document.locate('ingress.className')).toEqual({ line: 2, column: 1 })
  })

  it('merges only what is missing', () => {
    const document = parse('a: {b: 1} # here\n').mergeMissing({ a: { b: 2, c: 3 }, d: [1] })
    expect(document.toObject()).toEqual({ a: { b: 1, c: 3 }, d: [1] })
    expect(document.toString()).toContain('# here')
  })

  it('deletes, with the maps that are empty then', () => {
    expect(parse('auth:\n  password: x # why\nb: 1\n').delete('auth.password').toString()).toBe('b: 1\n')
    expect(parse('a: 1\n').delete('b.c').toString()).toBe('a: 1\n')
  })

  it('does not change what an anchor gives to others', () => {
    const document = parse('base: &b {cpu: 1}\nmine: *b\nother:\n  <<: *b\n  x: 1\n').set('mine.cpu', 2).set('other.cpu', 3)
    expect(document.toObject()).toEqual({ base: { cpu: 1 }, mine: { cpu: 2 }, other: { cpu: 3, x: 1 } })
  })

  it('takes an empty file, only comments, null and a byte order mark', () => {
    expect(parse('').set('a', 1).toString()).toBe('a: 1\n')
    expect(parse('# only words\n').set('a', 1).toString()).toContain('# only words')
    expect(parse('null\n').toObject()).toEqual({})
    expect(parse('\ufeffa: 1\n').get('a')).toBe(1)
    expect(parse('a: 1\r\nb: 2\r\n').toObject()).toEqual({ a: 1, b: 2 })
    expect(parse('# only words\n').toObject()).toEqual({})
    expect(ValuesDocument.parse(parse('# only words\n').toString(), 'x').toObject()).toEqual({})
  })

  it('does not fall for keys that every object has', () => {
    const document = parse('__proto__: {polluted: true}\n')
    expect(document.get('constructor')).toBeUndefined()
    expect(Object.getPrototypeOf(document.toObject())).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each([
    ['a: 1\nb:\n  c: 1\n  c: 2\n', 4, 3, /the key c is written twice/],
    ['a:\n\tb: 1\n', 2, 1, /tab/],
    ['- a\n- b\n', 1, 1, /this is a list/],
    ['just words\n', 1, 1, /this is a text/],
    ['a: 1\n---\nb: 2\n', 2, 1, /several documents/],
    ['a: "x\nb: 1\n', 3, 1, /quote/],
    ['a: [1, 2\nb: 1\n', 2, 1, /./],
    ['a: *nowhere\n', 1, 4, /alias/],
  ])('names the place of %j', (yaml, line, column, reason) => {
    const error = errorOf(yaml)
    expect(error.message).toBe(`prod.yaml:${error.line}:${error.column}: ${error.reason}`)
    expect(error.reason).toMatch(reason)
    expect([error.line, error.column]).toEqual([line, column])
  })
})
