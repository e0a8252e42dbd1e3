import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanPaste, editLine, graphemes, lineOf, type EditLine, type LineEdit } from '../../../src/core/text/edit-line.js'

const edit = (line: EditLine, ...edits: LineEdit[]) => edits.reduce(editLine, line)

describe('editLine', () => {
  it('inserts at the cursor', () => {
    expect(edit(lineOf('ac'), { edit: 'left' }, { edit: 'insert', text: 'b' })).toEqual({ text: 'abc', cursor: 2 })
  })

  it('deletes before and under the cursor', () => {
    expect(edit(lineOf('abc'), { edit: 'backspace' })).toEqual({ text: 'ab', cursor: 2 })
    expect(edit(lineOf('abc'), { edit: 'home' }, { edit: 'delete' })).toEqual({ text: 'bc', cursor: 0 })
    expect(edit(lineOf('abc'), { edit: 'delete' })).toEqual(lineOf('abc'))
    expect(edit(lineOf(''), { edit: 'backspace' })).toEqual(lineOf(''))
  })

  it('knows words as hosts and addresses have them', () => {
    const host = lineOf('mlflow.example.com')
    expect(edit(host, { edit: 'kill-word' }).text).toBe('mlflow.example.')
    expect(edit(host, { edit: 'word-left' }, { edit: 'word-left' }).cursor).toBe(7)
    expect(edit(host, { edit: 'home' }, { edit: 'word-right' }).cursor).toBe(6)
  })

  it('cuts to either end', () => {
    const at = edit(lineOf('abcd'), { edit: 'left' }, { edit: 'left' })
    expect(editLine(at, { edit: 'kill-start' })).toEqual({ text: 'cd', cursor: 0 })
    expect(editLine(at, { edit: 'kill-end' })).toEqual({ text: 'ab', cursor: 2 })
  })

  it('takes a character as a person sees it', () => {
    const family = '👨‍👩‍👧'
    expect(graphemes(`a${family}é`)).toHaveLength(3)
    expect(edit(lineOf(`a${family}`), { edit: 'backspace' }).text).toBe('a')
    expect(edit(lineOf('e'), { edit: 'insert', text: '\u0301' })).toEqual({ text: 'e\u0301', cursor: 1 })
  })

  it('keeps the cursor inside the text, whatever is done', () => {
    const edits = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }).map((text): LineEdit => ({ edit: 'insert', text })),
        fc.constantFrom<LineEdit>(
          { edit: 'backspace' },
          { edit: 'delete' },
          { edit: 'left' },
          { edit: 'right' },
          { edit: 'word-left' },
          { edit: 'word-right' },
          { edit: 'kill-word' },
          { edit: 'kill-start' },
          { edit: 'kill-end' },
          { edit: 'home' },
          { edit: 'end' },
        ),
      ),
    )
    fc.assert(
      fc.property(edits, (list) => {
        const line = edit(lineOf(''), ...list)
        expect(line.cursor).toBeGreaterThanOrEqual(0)
        expect(line.cursor).toBeLessThanOrEqual(graphemes(line.text).length)
        expect(line.text).not.toMatch(/[\x00-\x1f\x7f]/)
      }),
    )
  })
})

describe('cleanPaste', () => {
  it.each([
    ['mlflow\n', 'mlflow'],
    ['\r\nmlflow\r\n', 'mlflow'],
    ['a\nb', 'a b'],
    ['a\tb', 'a b'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['a\x00b\x7f', 'ab'],
    ['pass word ', 'pass word '],
  ])('%j becomes %j', (pasted, clean) => {
    expect(cleanPaste(pasted)).toBe(clean)
  })
})
