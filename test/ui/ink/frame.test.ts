import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hintLine, layOut } from '../../../src/ui/ink/frame.js'
import { clipLine, lineWidth, span, spread, type LineOf } from '../../../src/ui/ink/line.js'

const lines = (count: number, name: string): LineOf[] => Array.from({ length: count }, (_, i) => [span(`${name} ${i}`)])
const text = (line: LineOf) => line.map((s) => s.text).join('')

describe('layOut', () => {
  it('never exceeds the height, and always ends with the next action', () => {
    const sizes = fc.record({
      header: fc.integer({ min: 1, max: 3 }),
      body: fc.nat(200),
      below: fc.nat(12),
      height: fc.integer({ min: 4, max: 60 }),
      focus: fc.nat(220),
    })
    fc.assert(
      fc.property(sizes, ({ header, body, below, height, focus }) => {
        const parts = {
          header: lines(header, 'header'),
          body: lines(body, 'body'),
          below: lines(below, 'below'),
          focus: Math.min(focus, Math.max(0, body - 1)),
          hints: [['Enter', 'go on']] as const,
        }
        const shown = layOut(parts, height, 80, '…')
        expect(shown.length).toBeLessThanOrEqual(height)
        expect(text(shown.at(-1)!)).toBe('  Enter go on')
      }),
    )
  })

  it('shows the focused line from 11 rows up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(119), fc.integer({ min: 11, max: 60 }), (body, focus, height) => {
        const at = Math.min(focus, body - 1)
        const shown = layOut(
          {
            header: lines(2, 'header'),
            body: lines(body, 'body'),
            below: lines(6, 'below'),
            focus: at,
            hints: [['Enter', 'go on']],
          },
          height,
          80,
          '…',
        )
        expect(shown.map(text)).toContain(`body ${at}`)
      }),
    )
  })

  it('says how much is hidden', () => {
    const shown = layOut({ header: lines(1, 'header'), body: lines(30, 'body'), focus: 15, hints: [] }, 12, 80, '…').map(text)
    expect(shown.filter((line) => line.includes('more above'))).toHaveLength(1)
    expect(shown.filter((line) => line.includes('more below'))).toHaveLength(1)
  })
})

describe('lines', () => {
  it('are cut to the width, with a sign', () => {
    const line = [span('abc'), span('def'), span('ghi')]
    expect(text(clipLine(line, 9, '…'))).toBe('abcdefghi')
    expect(text(clipLine(line, 6, '…'))).toBe('abcde…')
    expect(text(clipLine(line, 5, '...'))).toBe('ab...')
    expect(lineWidth(clipLine(line, 4, '…'))).toBeLessThanOrEqual(4)
  })

  it('put the right part at the edge, and leave it out where there is no room', () => {
    expect(text(spread([span('left')], [span('right')], 20, '…'))).toBe('left           right')
    expect(text(spread([span('left')], [span('right')], 10, '…'))).toBe('left')
  })

  it('show as many keys as fit, the first one always', () => {
    const hints = [
      ['Enter', 'go on'],
      ['Up/Down', 'move'],
      ['Esc', 'back'],
    ] as const
    expect(text(hintLine(hints, 80))).toBe('  Enter go on   Up/Down move   Esc back')
    expect(text(hintLine(hints, 30))).toBe('  Enter go on   Up/Down move')
    expect(text(hintLine(hints, 5))).toBe('  Enter go on')
  })
})
