import { nearest } from '../text/nearest.js'
import { catalog, envName, flagNames } from './catalog.js'
import { fromStored, parseAnswer, sameAnswer, toStored } from './codec.js'
import { ValuesDocument } from './document.js'
import { canonicalize } from './guide.js'
import { getPath, mergeTrees, setPath } from './path.js'
import type { Answers, AnswerValue, Layer, LayerSource, Problem, Provenance, Resolved, Setting } from './types.js'
import { layerOrder } from './types.js'
import { isEmpty } from './validate.js'

/** A text that a layer could not read, and where it was given: `--backup-retention`, `MLFLOW_SETUP_HOST`. */
export interface LayerProblem {
  setting: Setting
  given: string
  problem: Problem
}

/** A layer that was read, and what there is to say about it. */
export interface LayerResult {
  layer: Layer
  problems: LayerProblem[]
  warnings: string[]
}

/**
 * Answers from the command line. `parsed` has values by flag name (`database-host`) or in camel case (`databaseHost`);
 * repeated flags come as lists. For a secret, the caller has read `--<flag>-file` and gives its text under `<flag>`.
 */
export function flagLayer(parsed: Readonly<Record<string, unknown>>): LayerResult {
  const camel = (flag: string) => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return textLayer('flag', 'flags', (setting) => {
    const value = parsed[setting.flag] ?? parsed[camel(setting.flag)]
    const name = flagNames(setting)[0]!
    if (value === undefined || value === null) return undefined
    if (!Array.isArray(value)) return { text: String(value), given: name }
    const texts = value.map(String)
    return { text: setting.kind === 'list' || setting.kind === 'peers' ? texts.join(',') : (texts.at(-1) ?? ''), given: name }
  })
}

/**
 * Answers from environment variables; an empty variable counts as none. `alsoKnown` are other names that begin with
 * MLFLOW_SETUP_ and are no settings: an unknown one is a slip that a person should hear about.
 */
export function envLayer(env: Readonly<Record<string, string | undefined>>, alsoKnown: readonly string[] = []): LayerResult {
  const result = textLayer('env', 'environment', (setting) => {
    const name = envName(setting)
    return env[name] ? { text: env[name], given: name } : undefined
  })
  const names = [...catalog.map(envName), ...alsoKnown]
  for (const name of Object.keys(env)) {
    if (!name.startsWith('MLFLOW_SETUP_') || names.includes(name)) continue
    const meant = nearest(
      name.slice('MLFLOW_SETUP_'.length),
      names.map((known) => known.slice('MLFLOW_SETUP_'.length)),
    )
    result.warnings.push(`${name} is not known${meant ? `: did you mean MLFLOW_SETUP_${meant}?` : ''}`)
  }
  return result
}

/** A preset's values. The preset's name is an answer of its own, from whatever chose it. @throws ValuesError */
export function presetLayer(name: string, text: string): LayerResult {
  return documentLayer('preset', `preset ${name}`, `presets/${name}.yaml`, text)
}

/** A file given with `-f`. Credentials in it become typed secrets. @throws ValuesError */
export function fileLayer(name: string, text: string): LayerResult {
  return documentLayer('file', `-f ${name}`, name, text)
}

/** The values of the release that is there (`helm get values`). @throws ValuesError */
export function releaseLayer(text: string): LayerResult {
  return documentLayer('release', 'release', 'values of the release', text)
}

/** What a person has typed in this run. */
export function personLayer(answers: Answers): Layer {
  return { source: 'you', label: 'you', answers }
}

function documentLayer(source: LayerSource, label: string, filename: string, text: string): LayerResult {
  const document = ValuesDocument.parse(text, filename)
  const { secrets, warnings } = canonicalize(document)
  return { layer: { source, label, values: document.toObject(), answers: secrets }, problems: [], warnings }
}

function textLayer(
  source: LayerSource,
  label: string,
  read: (setting: Setting) => { text: string; given: string } | undefined,
): LayerResult {
  const answers: Record<string, AnswerValue> = {}
  const problems: LayerProblem[] = []
  for (const setting of catalog) {
    const typed = read(setting)
    if (!typed) continue
    // A file or variable ends with a line break that nobody meant.
    const parsed = parseAnswer(setting, setting.kind === 'secret' ? typed.text.replace(/\r?\n$/, '') : typed.text)
    if (parsed.problem) problems.push({ setting, given: typed.given, problem: parsed.problem })
    else answers[setting.id] = parsed.value
  }
  return { layer: { source, label, answers }, problems, warnings: [] }
}

/** Lays the layers over one another, weakest first whatever their order; layers of one source keep theirs. */
export function resolve(layers: readonly Layer[], chartDefaults: Readonly<Record<string, unknown>>): Resolved {
  const ordered = [...layers].sort((a, b) => layerOrder.indexOf(a.source) - layerOrder.indexOf(b.source))
  let values: Record<string, unknown> = {}
  const answers: Record<string, AnswerValue | undefined> = {}
  const provenance: Record<string, Provenance> = {}
  for (const setting of catalog) {
    const value = setting.path === undefined ? undefined : fromStored(setting, getPath(chartDefaults, setting.path))
    if (value === undefined) continue
    answers[setting.id] = value
    provenance[setting.id] = { source: 'chart', label: 'chart default' }
  }
  for (const layer of ordered) {
    const given = givenBy(layer)
    values = mergeTrees(values, layer.values ?? {})
    for (const [setting, { value }] of given) {
      if (setting.path !== undefined && value !== undefined) values = setPath(values, setting.path, toStored(setting, value))
    }
    const all = mergeTrees(chartDefaults, values)
    for (const setting of catalog) {
      const own = given.get(setting)
      const stored = setting.path === undefined ? undefined : getPath(all, setting.path)
      const value = own?.value ?? (setting.path === undefined ? answers[setting.id] : fromStored(setting, stored))
      const before = answers[setting.id]
      // A list that was replaced as a whole takes answers inside it along, although the layer does not name them.
      const changed =
        before === undefined ? value !== undefined : !sameAnswer(before, value) && stored !== toStored(setting, before)
      if (!own && !changed) continue
      answers[setting.id] = value
      provenance[setting.id] = { source: layer.source, label: own?.label ?? layer.label }
      if (value === undefined) {
        delete answers[setting.id]
        delete provenance[setting.id]
      }
    }
  }
  for (const setting of catalog) {
    if (!isEmpty(answers[setting.id])) continue
    const value = setting.fallback?.(answers)
    if (value === undefined) continue
    answers[setting.id] = value
    provenance[setting.id] = { source: 'chart', label: 'default' }
  }
  return { values, answers, provenance }
}

// Every setting that a layer has, typed, written in its values or implied. A value of undefined: the values say null.
function givenBy(layer: Layer): Map<Setting, { value: AnswerValue | undefined; label: string }> {
  const given = new Map<Setting, { value: AnswerValue | undefined; label: string }>()
  for (const setting of catalog) {
    const label = labelFor(layer, setting)
    const typed = layer.answers?.[setting.id]
    if (typed !== undefined) given.set(setting, { value: typed, label })
    else if (setting.path !== undefined) {
      const stored = layer.values ? getPath(layer.values, setting.path) : undefined
      if (stored !== undefined) given.set(setting, { value: fromStored(setting, stored), label })
    }
  }
  const typedText = layer.source === 'flag' || layer.source === 'env'
  for (const [setting, { value, label }] of [...given]) {
    if (isEmpty(value) || value === false) continue
    for (const implied of setting.implies ?? []) {
      const follows = typedText || (implied.inValues && layer.source !== 'you' && layer.source !== 'chart')
      const target = catalog.find((candidate) => candidate.id === implied.setting)
      if (follows && target && !given.has(target)) given.set(target, { value: implied.value, label })
    }
  }
  return given
}

function labelFor(layer: Layer, setting: Setting): string {
  if (layer.source === 'flag') return `flag ${flagNames(setting)[0]!}`
  if (layer.source === 'env') return envName(setting)
  return layer.label
}
