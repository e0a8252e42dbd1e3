import { expect, test } from 'vitest'
import { sections } from '../../../src/core/settings/catalog.js'
import { personLayer, presetLayer, resolve } from '../../../src/core/settings/layers.js'
import type { Answers, Layer, SectionId } from '../../../src/core/settings/types.js'
import { chart as loadRealChart } from '../../core/plan/real-chart.js'
import { askSections, DialogueEnded } from '../../../src/ui/plain/prompts.js'

const chart = await loadRealChart()
const preset: Layer = { ...presetLayer('dev', chart.presets.dev!).layer, answers: { preset: 'dev' } }
const all = sections.map((s) => s.id)

/** Answers from a list: by what the question begins with, else Enter. */
async function talk(replies: [RegExp, string][], only: readonly SectionId[] = all, layers: Layer[] = []) {
  const said: string[] = []
  const left = [...replies]
  const answers = await askSections(
    {
      say: (line) => void said.push(line),
      ask: (question, hidden) => {
        said.push(`${question}${hidden ? '(hidden)' : ''}`)
        // A question that is asked for ever is a mistake of the test, or of the code.
        if (said.length > 500) return Promise.resolve(undefined)
        const at = left.findIndex(([pattern]) => pattern.test(question))
        return Promise.resolve(at < 0 ? '' : left.splice(at, 1)[0]![1])
      },
    },
    only,
    (typed: Answers) => resolve([preset, ...layers, personLayer({ context: 'kind-ml', ...typed })], chart.defaults),
    {},
  )
  return { said, answers, left }
}

test('Enter alone keeps everything', async () => {
  const { answers, said } = await talk([])
  expect(answers).toEqual({})
  expect(said.filter((line) => line.startsWith('Enter to keep')).length).toBeGreaterThan(5)
})

test('c opens a section; a choice can be taken by its number or name, and opens further questions', async () => {
  const { answers, left } = await talk(
    [
      [/^Enter to keep/, 'c'],
      [/Access \[port-forward\]/, '2'],
      [/Host:/, 'mlflow.example.com'],
    ],
    ['access'],
  )
  expect(answers).toEqual({ 'access.mode': 'ingress', 'access.host': 'mlflow.example.com' })
  expect(left).toEqual([])
})

test('a refused answer says why, and is asked again', async () => {
  const { answers, said } = await talk(
    [
      [/^Enter to keep/, 'c'],
      [/Database volume/, '25GB'],
      [/Database volume/, '25Gi'],
    ],
    ['database'],
  )
  expect(answers).toEqual({ 'database.size': '25Gi' })
  expect(said.join('\n')).toMatch(/Not accepted: .*25GB.*25Gi/)
})

test('what is needed is asked until it is there', async () => {
  const { answers } = await talk(
    [
      [/Host:/, ''],
      [/Host:/, 'mlflow.example.com'],
    ],
    ['access'],
    [{ source: 'release', label: 'release', values: { ingress: { enabled: true } } }],
  )
  expect(answers).toEqual({ 'access.host': 'mlflow.example.com' })
})

test('a flag is told, not asked', async () => {
  const { said } = await talk([], ['database'], [{ source: 'flag', label: 'flags', answers: { 'database.mode': 'embedded' } }])
  expect(said.some((line) => line.startsWith('Enter to keep'))).toBe(false)
})

test('secrets are read hidden and never said', async () => {
  const { answers, said } = await talk(
    [
      [/^Enter to keep/, 'c'],
      [/Admin password/, 'correct-horse-battery'],
    ],
    ['authentication'],
  )
  expect(answers).toEqual({ 'auth.password': 'correct-horse-battery' })
  expect(said.some((line) => line.endsWith('(hidden)'))).toBe(true)
  expect(said.join('\n')).not.toContain('correct-horse')
})

test('the end of the input is not an answer', async () => {
  const nobody = { say: () => {}, ask: () => Promise.resolve(undefined) }
  await expect(askSections(nobody, all, (typed) => resolve([preset, personLayer(typed)], chart.defaults), {})).rejects.toThrow(
    DialogueEnded,
  )
})
