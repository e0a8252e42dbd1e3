import { describe, expect, it } from 'vitest'
import { decodeKeys, flushKeys } from '../../../src/core/text/keys.js'

describe('decodeKeys', () => {
  it.each([
    ['\r', [{ name: 'enter' }]],
    ['\r\n', [{ name: 'enter' }]],
    ['\x7f', [{ name: 'backspace' }]],
    ['\b', [{ name: 'backspace' }]],
    ['\x1b[3~', [{ name: 'delete' }]],
    ['\x1b[A\x1bOB', [{ name: 'up' }, { name: 'down' }]],
    ['\x1b[1~\x1b[F', [{ name: 'home' }, { name: 'end' }]],
    ['\x1b[1;5C', [{ name: 'word-right' }]],
    ['\x1b[Z', [{ name: 'shift-tab' }]],
    ['\x03', [{ name: 'ctrl', letter: 'c' }]],
    ['äöü 😀', [{ name: 'text', text: 'äöü 😀' }]],
    ['ab\tc', [{ name: 'text', text: 'ab' }, { name: 'tab' }, { name: 'text', text: 'c' }]],
    // A function key that means nothing here leaves no pieces behind.
    ['\x1b[15~x', [{ name: 'text', text: 'x' }]],
    ['\x1b[<0;10;20M', []],
  ])('%j', (bytes, keys) => {
    expect(decodeKeys(bytes)).toEqual({ keys, rest: '' })
  })

  it('takes a bracketed paste as one, marks left out', () => {
    expect(decodeKeys('\x1b[200~two\nlines\x1b[201~\r').keys).toEqual([{ name: 'paste', text: 'two\nlines' }, { name: 'enter' }])
  })

  it('waits for the rest of a sequence and of a paste', () => {
    for (const bytes of ['\x1b', '\x1b[', '\x1b[1;', '\x1bO', '\x1b[200~half a pas']) {
      expect(decodeKeys(`x${bytes}`)).toEqual({ keys: [{ name: 'text', text: 'x' }], rest: bytes })
    }
    const first = decodeKeys('\x1b[')
    expect(decodeKeys(`${first.rest}A`).keys).toEqual([{ name: 'up' }])
  })

  it('takes Esc before another key as Esc', () => {
    expect(decodeKeys('\x1b\x1b[A').keys).toEqual([{ name: 'escape' }, { name: 'up' }])
    expect(decodeKeys('\x1b\r').keys).toEqual([{ name: 'escape' }, { name: 'enter' }])
  })
})

describe('flushKeys', () => {
  it('takes a lone Esc for the key, and an unended paste for its text', () => {
    expect(flushKeys('')).toEqual([])
    expect(flushKeys('\x1b')).toEqual([{ name: 'escape' }])
    expect(flushKeys('\x1b[200~text')).toEqual([{ name: 'paste', text: 'text' }])
  })
})
