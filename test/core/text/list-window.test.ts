import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowAround, windowAt, windowCentred } from '../../../src/core/text/list-window.js'

describe('windowAround', () => {
  it('shows everything that fits', () => {
    expect(windowAround(3, 10, 2)).toEqual({ start: 0, end: 3, above: 0, below: 0 })
  })

  it('moves only as far as the focus needs', () => {
    expect(windowAround(20, 5, 7, 3)).toEqual({ start: 3, end: 8, above: 3, below: 12 })
    expect(windowAround(20, 5, 8, 3).start).toBe(4)
    expect(windowAround(20, 5, 2, 3).start).toBe(2)
  })

  it('holds the focus, fills the height and stays in the list', () => {
    const sizes = fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 50 }), fc.nat(250), fc.integer({ min: -20, max: 250 }))
    fc.assert(
      fc.property(sizes, ([count, height, focus, start]) => {
        for (const window of [windowAround(count, height, focus, start), windowCentred(count, height, focus)]) {
          expect(window.end - window.start).toBe(Math.min(count, height))
          expect(window.above + window.below + window.end - window.start).toBe(count)
          expect(window.start).toBeGreaterThanOrEqual(0)
          if (count > 0) {
            const held = Math.min(focus, count - 1)
            expect(held >= window.start && held < window.end).toBe(true)
          }
        }
      }),
    )
  })
})

describe('windowAt', () => {
  it('begins where it is told, or as near as the end allows', () => {
    expect(windowAt(20, 5, 3).start).toBe(3)
    expect(windowAt(20, 5, 99)).toEqual({ start: 15, end: 20, above: 15, below: 0 })
    expect(windowAt(3, 5, 2).start).toBe(0)
  })
})
