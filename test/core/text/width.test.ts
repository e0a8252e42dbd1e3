import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, clipStart, fill, widthOf, wrapText } from '../../../src/core/text/width.js'

describe('widthOf', () => {
  it.each([
    ['abc', 3],
    ['äé', 2],
    ['e\u0301', 1],
    ['日本', 4],
    ['😀', 2],
    ['\u200b', 0],
  ])('%j takes %i cells', (text, cells) => {
    expect(widthOf(text)).toBe(cells)
  })
})

describe('clip and fill', () => {
  it('cuts at the width and says so', () => {
    expect(clip('mlflow-postgresql', 8)).toBe('mlflow-…')
    expect(clip('mlflow-postgresql', 8, '...')).toBe('mlflo...')
    expect(clip('short', 8)).toBe('short')
    expect(fill('ab', 4)).toBe('ab  ')
    expect(clipStart('mlflow-7f9c-abcde', 8)).toBe('…c-abcde')
    expect(clipStart('mlflow-7f9c-abcde', 8, '...')).toBe('...abcde')
    expect(clipStart('short', 8)).toBe('short')
  })

  it('never takes more than the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(widthOf(clip(text, width))).toBeLessThanOrEqual(width)
        expect(widthOf(fill(text, width))).toBe(width)
      }),
    )
  })
})

describe('wrapText', () => {
  it('breaks at blanks, and inside words that are longer than a line', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapText('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrapText('a\nb', 10)).toEqual(['a', 'b'])
  })

  it('loses nothing but blanks, and keeps to the width', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,80}$/), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrapText(text, width)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
