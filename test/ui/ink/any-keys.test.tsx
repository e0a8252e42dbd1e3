import fc from 'fast-check'
import { renderToString } from 'ink'
import { expect, it } from 'vitest'
import { widthOf } from '../../../src/core/text/width.js'
import { Wizard } from '../../../src/ui/ink/app.js'
import { drive, keys } from '../../core/wizard/drive.js'
import { imageEvents, rollingEvents } from '../../core/wizard/events.js'
import { sessionInput } from '../../core/wizard/input.js'

const typed = [
  'mlflow.example.com',
  'Ünï code',
  '日本',
  's3://b/p',
  '9',
  'y',
  'n',
  'r',
  'a',
  'e',
  'd',
  's',
  'f',
  'b',
  'l',
  'q',
  ' ',
  '\x1b[200~a\nb\x1b[201~',
]
const pressed = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant(keys.enter) }, fc.constantFrom(...Object.values(keys), ...typed)),
  { maxLength: 60 },
)
const sizes = fc.record({ columns: fc.integer({ min: 40, max: 200 }), rows: fc.integer({ min: 12, max: 60 }) })
const events = fc.constantFrom(undefined, rollingEvents, imageEvents)

it('draws a frame that fits, whatever is pressed, at any size', () => {
  fc.assert(
    fc.property(pressed, sizes, events, (all, size, deployed) => {
      const run = drive(sessionInput(), deployed ? { events: deployed, withoutResult: true } : {})
      all.forEach((bytes) => run.press(bytes))
      const text = renderToString(<Wizard session={run.session} size={size} printed={1000} />, { columns: size.columns })
      const lines = text.split('\n')
      expect(lines.length).toBeLessThan(size.rows)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(size.columns)
      // Somewhere is a next action, or it is over.
      if (!run.session.ended) expect(lines.at(-1)!.trim()).not.toBe('')
    }),
    { numRuns: 150 },
  )
})

it('comes back to the first question with Esc from wherever it is, before a deploy', () => {
  fc.assert(
    fc.property(pressed, (all) => {
      const run = drive(sessionInput())
      for (const bytes of all) {
        if (run.session.at !== 'review' || bytes !== keys.enter) run.press(bytes)
      }
      if (run.session.ended || run.session.at === 'deploy') return
      for (let i = 0; i < 20; i++) run.press(keys.escape)
      expect(run.session.at).toBe('cluster')
    }),
    { numRuns: 100 },
  )
})
