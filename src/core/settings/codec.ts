import { quoted, suggest } from '../text/characters.js'
import { nearest } from '../text/nearest.js'
import type { AnswerValue, Peer, Problem, Scalar, Setting } from './types.js'

/** A typed text, understood or refused. */
export type Parsed = { value: AnswerValue; problem?: undefined } | { value?: undefined; problem: Problem }

const words: Record<string, boolean> = {
  true: true,
  yes: true,
  y: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  n: false,
  off: false,
  '0': false,
}

/**
 * The answer that a text means: used by flags, environment, plain prompts and text fields. Lists and peers are
 * separated by commas or line breaks. Only the form is checked here, see `validateAnswer` for the meaning.
 */
export function parseAnswer(setting: Setting, text: string): Parsed {
  switch (setting.kind) {
    case 'secret':
      return { value: text }
    case 'text':
      return setting.number ? parseNumber(text) : { value: text }
    case 'integer':
      return parseInteger(text)
    case 'toggle':
      return parseToggle(text)
    case 'choice':
      return parseChoice(setting, text)
    case 'list':
      return { value: items(text) }
    case 'peers':
      return parsePeers(text)
  }
}

/** The text that `parseAnswer` would read as this answer. */
export function formatAnswer(setting: Setting, value: AnswerValue): string {
  if (setting.kind === 'peers') return (value as readonly Peer[]).map(formatPeer).join(', ')
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** `namespace`, or `namespace/key=value` with further labels behind `+`. */
export function formatPeer(peer: Peer): string {
  const labels = Object.entries(peer.podLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return labels.length === 0 ? peer.namespace : `${peer.namespace}/${labels.join('+')}`
}

/** What a choice's answer is called on screen, e.g. "certificate files". Other answers are formatted. */
export function labelOf(setting: Setting, value: AnswerValue): string {
  if (setting.kind === 'toggle') return value === true ? 'on' : 'off'
  return setting.options?.find((option) => option.value === value)?.label ?? formatAnswer(setting, value)
}

/** What the values file holds for an answer. */
export function toStored(setting: Setting, value: AnswerValue): unknown {
  if (value === '' && setting.clears) return null
  const option = setting.options?.find((candidate) => candidate.value === value)
  return option?.stored ?? value
}

/** The answer that a value of a values file stands for; undefined when it is absent (null too) or of another shape. */
export function fromStored(setting: Setting, stored: unknown): AnswerValue | undefined {
  if (stored === undefined || stored === null) return undefined
  switch (setting.kind) {
    case 'choice': {
      const options = setting.options ?? []
      const direct = options.find((option) => option.stored === undefined && option.value === stored)
      return (direct ?? options.find((option) => option.stored === stored))?.value
    }
    case 'toggle':
      return typeof stored === 'boolean' ? stored : undefined
    case 'integer':
      return typeof stored === 'number' ? stored : undefined
    case 'list':
      return Array.isArray(stored) ? stored.map(String) : undefined
    case 'peers':
      return Array.isArray(stored) && stored.every(isPeer) ? stored : undefined
    case 'secret':
      return typeof stored === 'string' ? stored : undefined
    case 'text':
      if (setting.number) return typeof stored === 'number' ? stored : undefined
      // `cpu: 2` is a quantity written as a number.
      return typeof stored === 'object' ? undefined : String(stored as Scalar)
  }
}

/** Whether two answers are the same. */
export function sameAnswer(a: AnswerValue | undefined, b: AnswerValue | undefined): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}

function isPeer(value: unknown): value is Peer {
  const peer = value as Partial<Peer> | null
  return typeof peer === 'object' && peer !== null && typeof peer.namespace === 'string'
}

function items(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function parseInteger(text: string): Parsed {
  const trimmed = text.trim()
  if (/^[+-]?\d{1,15}$/.test(trimmed)) return { value: Number(trimmed) }
  const digits = /^\D*?(\d+)/.exec(trimmed)?.[1]
  return { problem: { message: `${quoted(text)} is no whole number`, ...suggest(digits, text) } }
}

function parseNumber(text: string): Parsed {
  const trimmed = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) && Number.isFinite(Number(trimmed))) return { value: Number(trimmed) }
  const percent = /^(\d+(?:[.,]\d+)?)\s*%$/.exec(trimmed)?.[1]
  const better =
    percent !== undefined
      ? String(Number(percent.replace(',', '.')) / 100)
      : /^\d+,\d+$/.test(trimmed)
        ? trimmed.replace(',', '.')
        : undefined
  return { problem: { message: `${quoted(text)} is no number`, ...suggest(better, text) } }
}

function parseToggle(text: string): Parsed {
  const value = words[text.trim().toLowerCase()]
  return value === undefined ? { problem: { message: `${quoted(text)} is neither yes nor no`, suggestion: 'yes' } } : { value }
}

function parseChoice(setting: Setting, text: string): Parsed {
  const names = (setting.options ?? []).map((option) => String(option.value))
  const typed = text.trim()
  const index = names.findIndex((name) => name.toLowerCase() === typed.toLowerCase())
  if (index >= 0) return { value: setting.options![index]!.value }
  return { problem: { message: `${quoted(text)} is none of ${names.join(', ')}`, ...suggest(nearest(typed, names), text) } }
}

function parsePeers(text: string): Parsed {
  const peers: Peer[] = []
  for (const item of items(text)) {
    // Label keys have slashes of their own (app.kubernetes.io/name): the first one ends the namespace.
    const slash = item.indexOf('/')
    if (slash < 0) {
      peers.push({ namespace: item })
      continue
    }
    const podLabels: Record<string, string> = {}
    for (const pair of item.slice(slash + 1).split('+')) {
      const equals = pair.indexOf('=')
      if (equals < 1) {
        return {
          problem: {
            message: `${quoted(item)} is no namespace/label=value`,
            ...suggest(pair === '' ? item.slice(0, slash) : `${item.slice(0, slash)}/app=${pair}`, item),
          },
        }
      }
      podLabels[pair.slice(0, equals)] = pair.slice(equals + 1)
    }
    peers.push({ namespace: item.slice(0, slash), podLabels })
  }
  return { value: peers }
}
