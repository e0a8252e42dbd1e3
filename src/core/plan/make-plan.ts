import { catalog, settingOf } from '../settings/catalog.js'
import { fromStored, sameAnswer, toStored } from '../settings/codec.js'
import { ValuesDocument } from '../settings/document.js'
import { canonicalize } from '../settings/guide.js'
import { resolve } from '../settings/layers.js'
import { getPath, isTree, type Path } from '../settings/path.js'
import type { AnswerValue, Layer, Resolved } from '../settings/types.js'
import { isAsked, isEmpty } from '../settings/validate.js'
import { diffValues } from './diff.js'
import { objectNames } from './fullname.js'
import { hasBackupKeys, secretSpecs } from './secrets.js'
import { describeStorageChange, storageChanges } from './storage.js'
import type { ChartFiles, Plan, Target } from './types.js'
import { planWarnings } from './warnings.js'

interface PlanContext {
  target: Target
  mode: Plan['mode']
  chart: ChartFiles
  /** Where the written values file goes. */
  valuesFile: string
  /** Text whose comments and unknown keys are kept: the first `-f` file, or the values file that is there. Else the preset's. */
  baseText?: string
  /** How messages name it; without it, by `valuesFile`. */
  baseName?: string
  /** `helm get values` of the release that is there. */
  existingValuesText?: string
}

/** All layers but the chart's defaults (preset, release, files, environment, flags, what was typed), resolved or not yet. */
export type PlanInput = PlanContext & ({ layers: readonly Layer[] } | { resolved: Resolved })

export interface PlannedInstall {
  plan: Plan
  /** Typed credentials by setting id. They never are in the plan: it is shown and printed. */
  typedSecrets: Record<string, string>
  /** Files on this machine whose content goes into a Secret, by setting id (`tls.certFile`): the flow reads them. */
  secretFiles: Record<string, string>
}

/**
 * Everything that an install or upgrade will do. The values are complete: Helm needs no other file.
 * @throws ValuesError when the base or the existing values cannot be read
 */
export function makePlan(input: PlanInput): PlannedInstall {
  const { target, chart } = input
  const resolved = withPlace('resolved' in input ? input.resolved : resolve(input.layers, chart.defaults), target)
  const presetText = presetOf(resolved, chart)
  const base = canonicalDocument(
    input.baseText ?? presetText ?? input.existingValuesText ?? '',
    input.baseName ?? input.valuesFile,
  )
  const answers: Record<string, AnswerValue | undefined> = { ...base.secrets, ...resolved.answers }
  const { document } = base
  writeTree(document, resolved.values, [])
  writeFallbacks(document, resolved, chart)
  denyImplied(document, resolved)
  pruneNulls(document, document.toObject(), chart.defaults, [])

  const names = objectNames(target.release, document.toObject())
  const appSecret = ownName(document, 'secrets.existingSecret', names.appSecret)
  const backupSecret =
    answers['backup.enabled'] === true
      ? ownName(document, 'backup.encryption.existingSecret', names.backupSecret)
      : names.backupSecret
  const backupStoreSecret = hasBackupKeys(answers)
    ? ownName(document, 'backup.destination.existingSecret', names.backupStoreSecret)
    : names.backupStoreSecret
  const files = answers['tls.mode'] === 'files' && answers['access.mode'] === 'ingress'
  const tlsSecret = files ? ownName(document, 'tls.secretName', names.tlsSecret) : names.tlsSecret

  const before = canonicalDocument(input.existingValuesText ?? presetText ?? '', 'values before').document.toObject()
  const after = document.toObject()
  const storage = input.existingValuesText === undefined ? [] : storageChanges(before, after, chart.defaults)
  const { typedSecrets, secretFiles, shown } = separate(answers)
  const valuesText = document.toString()
  return {
    plan: {
      target,
      mode: input.mode,
      fullname: names.fullname,
      answers: shown,
      provenance: resolved.provenance,
      valuesText,
      valuesFile: input.valuesFile,
      changes: diffValues(before, after),
      ...(storage.length > 0 ? { storage } : {}),
      secrets: secretSpecs(answers, { appSecret, backupSecret, backupStoreSecret, tlsSecret }),
      warnings: [
        ...base.warnings,
        ...leftovers(valuesText, typedSecrets),
        ...storage.map(describeStorageChange),
        ...planWarnings(answers),
      ],
    },
    typedSecrets,
    secretFiles,
  }
}

/** The id of a secret whose value was typed stands in a plan's answers with this text. */
export const typedMark = '(typed)'

function canonicalDocument(text: string, filename: string) {
  const document = ValuesDocument.parse(text, filename)
  return { document, ...canonicalize(document) }
}

// The preset's text, when its values are among the layers: an upgrade without a preset must not get one by the way.
function presetOf({ answers, provenance }: Resolved, chart: ChartFiles): string | undefined {
  const used = Object.values(provenance).some(({ source }) => source === 'preset') || provenance.preset?.source !== 'chart'
  return used ? chart.presets[String(answers.preset)] : undefined
}

// The target was chosen by the caller: it is what the plan says, whatever layers say.
function withPlace(resolved: Resolved, target: Target): Resolved {
  return {
    ...resolved,
    answers: { ...resolved.answers, context: target.context, namespace: target.namespace, release: target.release },
  }
}

// Writes what differs, leaf by leaf, so that comments and the order of the document stay.
function writeTree(document: ValuesDocument, values: unknown, path: Path): void {
  const present = path.length === 0 ? document.toObject() : document.get(path)
  if (isTree(values) && isTree(present)) {
    for (const [key, value] of Object.entries(values)) writeTree(document, value, [...path, key])
  } else if (Array.isArray(values) && Array.isArray(present) && values.length === present.length) {
    values.forEach((value, i) => writeTree(document, value, [...path, i]))
  } else if (JSON.stringify(values) !== JSON.stringify(present) || !document.has(path)) {
    document.set(path, values)
  }
}

// A default of a setting that the chart does not have itself must be written, or the answer on screen would be a lie.
function writeFallbacks(document: ValuesDocument, resolved: Resolved, chart: ChartFiles): void {
  for (const setting of catalog) {
    const value = resolved.answers[setting.id]
    if (setting.path === undefined || value === undefined || isEmpty(value) || !isAsked(setting, resolved.answers)) continue
    const written = document.get(setting.path) ?? getPath(chart.defaults, setting.path)
    if (sameAnswer(fromStored(setting, written), value)) continue
    const stored = toStored(setting, value)
    if (written !== stored) document.set(setting.path, stored)
  }
}

// A null takes a default away. Where the chart has none, Helm would hand the null itself to the chart, which refuses it.
function pruneNulls(document: ValuesDocument, values: unknown, defaults: unknown, path: Path): void {
  if (!isTree(values)) return
  for (const [key, value] of Object.entries(values)) {
    const here = [...path, key]
    if (value === null && getPath(defaults, here) === undefined) document.delete(here)
    else pruneNulls(document, value, defaults, here)
  }
}

// The chart takes a host for a wish to have an Ingress: where that is not the answer, the file must say so.
function denyImplied(document: ValuesDocument, { answers }: Resolved): void {
  for (const setting of catalog) {
    if (setting.path === undefined || !document.get(setting.path)) continue
    for (const implied of setting.implies ?? []) {
      const { path, id } = settingOf(implied.setting)
      const value = answers[id]
      if (!implied.inValues || path === undefined || value === undefined || value === implied.value || document.has(path))
        continue
      document.set(path, toStored(settingOf(id), value))
    }
  }
}

// A credential can also stand in a comment or under a key of a person's own, where nobody looks for it.
function leftovers(valuesText: string, typedSecrets: Readonly<Record<string, string>>): string[] {
  const shortest = 8
  return Object.entries(typedSecrets)
    .filter(([, value]) => value.length >= shortest && valuesText.includes(value))
    .map(([id]) => `the ${settingOf(id).title.toLowerCase()} also stands readable somewhere else in the values: remove it there`)
}

// A name that somebody has chosen stays.
function ownName(document: ValuesDocument, path: string, name: string): string {
  const present = document.get(path)
  if (typeof present === 'string' && present !== '') return present
  document.set(path, name)
  return name
}

function separate(answers: Readonly<Record<string, AnswerValue | undefined>>) {
  const typedSecrets: Record<string, string> = {}
  const secretFiles: Record<string, string> = {}
  const shown: Record<string, AnswerValue | undefined> = { ...answers }
  for (const setting of catalog) {
    const value = answers[setting.id]
    if (typeof value !== 'string' || value === '') continue
    if (setting.kind === 'secret') {
      typedSecrets[setting.id] = value
      shown[setting.id] = typedMark
    } else if (setting.id === 'tls.certFile' || setting.id === 'tls.keyFile') secretFiles[setting.id] = value
  }
  return { typedSecrets, secretFiles, shown }
}
