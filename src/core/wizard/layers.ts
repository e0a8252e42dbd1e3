import type { ChartFiles } from '../plan/types.js'
import { catalog, settingOf } from '../settings/catalog.js'
import { personLayer, presetLayer, resolve } from '../settings/layers.js'
import type { Answers, AnswerValue, Layer, Resolved } from '../settings/types.js'
import type { SessionInput } from './types.js'

/** All layers of the session laid over one another. `release`: the values of the release that is there. */
export function resolveSession(input: SessionInput, typed: Answers, release: Layer | undefined): Resolved {
  const layers = [...input.layers, ...(release ? [release] : []), personLayer(typed)]
  const preset = String(resolve(layers, {}).answers.preset ?? '')
  const layer = presetOf(input.chart, preset)
  return resolve(layer ? [layer, ...layers] : layers, input.chart.defaults)
}

// A preset is a YAML text: parsed once, not with each key.
const parsedPresets = new WeakMap<ChartFiles, Map<string, Layer>>()

function presetOf(chart: ChartFiles, name: string): Layer | undefined {
  const text = chart.presets[name]
  if (text === undefined) return undefined
  const known = parsedPresets.get(chart) ?? new Map<string, Layer>()
  parsedPresets.set(chart, known)
  const layer = known.get(name) ?? presetLayer(name, text).layer
  known.set(name, layer)
  return layer
}

/** `answers` with one more, or without it when there is no value. */
export function withAnswer(answers: Answers, id: string, value: AnswerValue | undefined): Answers {
  const { [id]: _before, ...others } = answers
  return value === undefined ? others : { ...others, [id]: value }
}

/** What may be kept for the next run: no secret ever, and no context of a rehearsal. */
export function rememberable(typed: Answers, rehearsal: boolean): Answers {
  return Object.fromEntries(
    Object.entries(typed).filter(([id]) => settingOf(id).kind !== 'secret' && !(rehearsal && id === 'context')),
  )
}

/**
 * Answers of the last run that may be offered now. What this run's flags, environment or files say is newer; unknown
 * names are of another version.
 */
export function offered(remembered: Answers | undefined, layers: readonly Layer[]): Answers {
  if (!remembered) return {}
  const now = resolve(layers, {}).provenance
  const known = new Set(catalog.map((setting) => setting.id))
  return Object.fromEntries(
    Object.entries(remembered).filter(
      ([id]) => known.has(id) && settingOf(id).kind !== 'secret' && !['file', 'env', 'flag'].includes(now[id]?.source ?? ''),
    ),
  )
}
