import { describe, expect, it } from 'vitest'
import { diffValues } from '../../../src/core/plan/diff.js'
import { fullnameOf, objectNames } from '../../../src/core/plan/fullname.js'
import { generate } from '../../../src/core/plan/secret-values.js'

describe('differences', () => {
  it('go leaf by leaf', () => {
    expect(
      diffValues({ a: { b: 1, c: [1] }, h: [{ x: 1 }] }, { a: { b: 2, c: [1, 2] }, h: [{ x: 1, y: 2 }], n: { m: 1 } }),
    ).toEqual([
      { kind: 'changed', path: 'a.b', before: 1, after: 2 },
      { kind: 'changed', path: 'a.c', before: [1], after: [1, 2] },
      { kind: 'added', path: 'h[0].y', after: 2 },
      { kind: 'added', path: 'n.m', after: 1 },
    ])
    expect(diffValues({ a: 1 }, {})).toEqual([{ kind: 'removed', path: 'a', before: 1 }])
    expect(diffValues({ a: { b: [] } }, { a: { b: [] } })).toEqual([])
  })
})

it('names objects as the chart does', () => {
  expect(fullnameOf('mlflow')).toBe('mlflow')
  expect(fullnameOf('my-mlflow-2')).toBe('my-mlflow-2')
  expect(fullnameOf('tracking')).toBe('tracking-mlflow')
  expect(fullnameOf('tracking', { nameOverride: 'track' })).toBe('tracking')
  expect(fullnameOf('x', { fullnameOverride: 'y' })).toBe('y')
  expect(fullnameOf('a'.repeat(53))).toBe(`${'a'.repeat(53)}-mlflow`)
  const long = objectNames('a'.repeat(53), {})
  expect([long.appSecret, long.backupSecret]).toEqual([`${'a'.repeat(53)}-ml-secret`, `${'a'.repeat(52)}-backup-key`])
})

describe('generated secrets', () => {
  it('use only bytes that favour no letter', () => {
    // 248 and above would be a second, shorter round over the alphabet.
    let next = 240
    const bytes = (n: number) => Uint8Array.from({ length: n }, () => next++ % 256)
    const password = generate('password', bytes)
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
    // 240..247 are letters 54..61, 248..255 are dropped, then it begins anew at 0.
    expect(password).toBe('23456789ABCDEFGHIJKLMNOPQRSTUVWX')
  })

  it('make Fernet keys of 32 bytes', () => {
    const key = generate('fernet', (n) => new Uint8Array(n).fill(0xfb))
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}=$/)
    expect(Buffer.from(key, 'base64url')).toEqual(Buffer.alloc(32, 0xfb))
  })
})
