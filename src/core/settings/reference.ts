import type { ChartFiles } from '../plan/types.js'
import { catalog, envName, flagNames, sections } from './catalog.js'
import { formatAnswer } from './codec.js'
import { presetLayer, resolve } from './layers.js'
import { formatPath, getPath, isTree, type Path } from './path.js'
import type { SectionId, Setting } from './types.js'

/** One setting as the reference and `--help` show it. */
export interface ReferenceRow {
  setting: Setting
  section: SectionId
  /** `--backup, --no-backup`; with what it takes: `--host HOST`. */
  flags: string
  env: string
  /** Values path; absent when it never reaches the values. */
  path?: string
  /** What each preset (and the chart alone, as `chart`) answers, as text; an absent name has no answer. */
  defaults: Readonly<Record<string, string>>
  help: string
}

type Tree = Record<string, unknown>

/** What stands behind a flag in help: `HOST`, `dev|prod`, `NUMBER`; empty for toggles. */
export function flagArgument(setting: Setting): string {
  if (setting.kind === 'toggle') return ''
  if (setting.kind === 'secret') return 'FILE'
  if (setting.options) return setting.options.map((option) => String(option.value)).join('|')
  if (setting.kind === 'integer' || setting.number) return 'NUMBER'
  return setting.flag.slice(setting.flag.lastIndexOf('-') + 1).toUpperCase()
}

/** All settings in the catalog's order. */
export function referenceRows(chart: Pick<ChartFiles, 'presets' | 'defaults'>): ReferenceRow[] {
  const bare = resolve([], chart.defaults)
  const resolved = new Map([
    ['chart', bare],
    ...Object.entries(chart.presets).map(
      ([name, text]) =>
        [name, resolve([{ ...presetLayer(name, text).layer, answers: { preset: name } }], chart.defaults)] as const,
    ),
  ])
  return catalog.map((setting) => {
    const defaults: Record<string, string> = {}
    for (const [name, { answers }] of resolved) {
      const value = answers[setting.id]
      if (value !== undefined && setting.id !== 'preset') defaults[name] = formatAnswer(setting, value)
    }
    const argument = flagArgument(setting)
    return {
      setting,
      section: setting.section,
      flags: flagNames(setting).join(', ') + (argument === '' ? '' : ` ${argument}`),
      env: envName(setting),
      ...(setting.path === undefined ? {} : { path: setting.path }),
      defaults,
      help: setting.help,
    }
  })
}

/** A key of the values file that no setting covers: it is set with `-f`. */
export interface ValuesKey {
  path: string
  type: string
  default: string
  description: string
}

/** Every leaf of the chart's schema that is no setting. */
export function otherKeys(chart: Pick<ChartFiles, 'schema' | 'defaults'>): ValuesKey[] {
  const settings = catalog.flatMap((setting) => setting.path ?? [])
  const keys: ValuesKey[] = []
  const walk = (schema: Tree, path: Path): void => {
    const node = dereference(schema, chart.schema)
    const properties = node.properties
    if (isTree(properties) && Object.keys(properties).length > 0) {
      for (const [key, child] of Object.entries(properties)) if (isTree(child)) walk(child, [...path, key])
      return
    }
    const text = formatPath(path)
    if (path.length === 0 || settings.includes(text)) return
    const value = getPath(chart.defaults, path)
    keys.push({
      path: text,
      type: typeText(node),
      default: value === undefined ? '' : JSON.stringify(value),
      description: descriptionOf(node, schema),
    })
  }
  walk(chart.schema, [])
  return keys
}

/** The reference page, Markdown. */
export function settingsPage(chart: Pick<ChartFiles, 'presets' | 'defaults' | 'schema'>): string {
  const rows = referenceRows(chart)
  const names = Object.keys(chart.presets)
  const lines = [
    '# Settings',
    '',
    '<!-- Generated from src/core/settings and chart/values.schema.json by scripts/gen-docs.mjs. Do not edit. -->',
    '',
    'Every question of the wizard is a setting, and every setting can be given without the wizard. Weakest first, a later',
    'one wins: chart defaults, preset, values of the release that is there, files given with `-f`, environment, flags, what',
    'is typed. The review screen shows for each answer where it came from.',
    '',
    'Secrets are never arguments and never values: their flag names a file, and they go into a Kubernetes Secret.',
    'Lists are separated by commas; their flags can also be repeated.',
  ]
  for (const section of sections) {
    lines.push(
      '',
      `## ${section.title}`,
      '',
      `| Setting | Flag | Environment | Values | ${names.map((name) => `${name} | `).join('')}Meaning |`,
      `|${'---|'.repeat(5 + names.length)}`,
    )
    for (const row of rows.filter((candidate) => candidate.section === section.id)) {
      const defaults = names.map((name) => ` ${code(row.defaults[name])} |`).join('')
      lines.push(
        `| ${row.setting.title} | ${code(row.flags)} | ${code(row.env)} | ${code(row.path ?? secretText(row.setting))} |${defaults} ${cell(row.help + optionText(row.setting))} |`,
      )
    }
  }
  const others = otherKeys(chart)
  if (others.length > 0) {
    lines.push(
      '',
      '## Other keys of the values file',
      '',
      'No question asks for these; set them in a file given with `-f`.',
      '',
      '| Key | Type | Default | Meaning |',
      '|---|---|---|---|',
    )
    for (const key of others)
      lines.push(`| ${code(key.path)} | ${cell(key.type)} | ${code(key.default)} | ${cell(key.description)} |`)
  }
  return `${lines.join('\n')}\n`
}

function secretText(setting: Setting): string | undefined {
  return setting.target ? `Secret key ${setting.target.key}` : undefined
}

function optionText(setting: Setting): string {
  const hints = (setting.options ?? []).filter((option) => option.hint).map((option) => `${String(option.value)}: ${option.hint}`)
  return hints.length === 0 ? '' : ` ${hints.join('; ')}.`
}

// A pipe would end the cell, also inside code.
const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ')
const code = (text: string | undefined) => (text === undefined || text === '' ? '' : `\`${cell(text)}\``)

function dereference(schema: Tree, root: Readonly<Tree>): Tree {
  const reference = schema.$ref
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (isTree(node) ? node[key.replace(/~1/g, '/').replace(/~0/g, '~')] : undefined), root)
  return isTree(target) ? dereference(target, root) : schema
}

function descriptionOf(node: Tree, reference: Tree): string {
  const text = reference.description ?? node.description
  return typeof text === 'string' ? text : ''
}

function typeText(node: Tree): string {
  if (Array.isArray(node.enum)) return node.enum.map((value) => JSON.stringify(value)).join(', ')
  if (typeof node.type === 'string') return node.type
  if (Array.isArray(node.type)) return node.type.join(' or ')
  const branches = [node.anyOf, node.oneOf].find(Array.isArray) as Tree[] | undefined
  return branches ? [...new Set(branches.map(typeText))].filter(Boolean).join(' or ') : ''
}

/** The answers in which the presets differ, as a Markdown table for the README. */
export function presetTable(chart: Pick<ChartFiles, 'presets' | 'defaults'>): string {
  const names = Object.keys(chart.presets)
  const rows = referenceRows(chart)
    .filter(({ setting, defaults }) => setting.path !== undefined && names.some((name) => defaults[name] !== defaults[names[0]!]))
    .map(
      ({ setting, defaults }) =>
        `| ${setting.title} | ${names.map((name) => shownAnswer(setting, defaults[name])).join(' | ')} |\n`,
    )
  return `|  | ${names.join(' | ')} |\n|---|${names.map(() => '---|').join('')}\n${rows.join('')}`
}

const shownAnswer = (setting: Setting, text: string | undefined) =>
  text === undefined ? 'none' : setting.kind === 'toggle' ? (text === 'true' ? 'on' : 'off') : text
