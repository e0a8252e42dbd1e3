import type { Problem } from '../settings/types.js'
import { quoted, suggest, visible } from './characters.js'

/** What a quantity counts: cores, bytes of memory or bytes on disk. */
export type QuantityOf = 'cpu' | 'memory' | 'storage'

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const grammar = /^([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/
const factors: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** The amount in cores or bytes; undefined when the text is no Kubernetes quantity. */
export function parseQuantity(text: string): number | undefined {
  const match = grammar.exec(text)
  if (!match) return undefined
  const [, number, suffix] = match
  if (suffix === undefined) return Number(number)
  return factors[suffix] === undefined ? Number(`${number}${suffix}`) : Number(number) * factors[suffix]
}

/** `bytes` with the largest binary unit that keeps it short: "20Gi", "1.5Gi", "900Ki". */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const amount = bytes / factors[unit]!
    if (amount >= 1) return `${Number.isInteger(amount) ? amount : Number(amount.toFixed(1))}${unit}`
  }
  return String(bytes)
}

// The quantities that a near miss may have meant, most likely first.
function guesses(text: string, of: QuantityOf): string[] {
  const match = /^([+-]?\d*[.,]?\d*)\s*([a-zA-Z]*)$/.exec(visible(text))
  if (!match || !/\d/.test(match[1]!)) return []
  const number = match[1]!.replace(',', '.').replace(/^[+-]/, '').replace(/\.$/, '')
  const unit = match[2]!.toLowerCase()
  if (of === 'cpu') {
    if (/^m(cpu|illi(s|cores?)?|cores?)?$/.test(unit)) return [`${number}m`]
    if (unit === '' && Number(number) >= 100) return [`${number}m`]
    return unit === '' || /^(c|cpus?|v?cpus?|cores?)$/.test(unit) ? [number] : []
  }
  if (unit === '') return Number(number) < 1024 ? [of === 'memory' && Number(number) >= 32 ? `${number}Mi` : `${number}Gi`] : []
  const letter = /^([kmgtpe])(i?b?|ib|iby?tes?|bytes?)$/.exec(unit)?.[1]
  if (letter === undefined) return []
  const binary = `${number}${letter.toUpperCase()}i`
  // "25GB" says decimal, and is nearly always meant as binary: both are offered.
  return /i/.test(unit.slice(1)) ? [binary] : [binary, `${number}${letter === 'k' ? 'k' : letter.toUpperCase()}`]
}

const nouns: Record<QuantityOf, string> = { cpu: 'CPU', memory: 'memory', storage: 'a volume' }
const examples: Record<QuantityOf, string> = { cpu: '500m or 0.5', memory: '512Mi or 2Gi', storage: '20Gi' }

/**
 * A Kubernetes quantity, and one that makes sense for what it counts: `512` is valid for memory in Kubernetes, and
 * means 512 bytes.
 */
export function problemOfQuantity(text: string, of: QuantityOf): Problem | null {
  if (text === '') return { message: `an amount of ${of === 'storage' ? 'storage' : nouns[of]} is needed, e.g. ${examples[of]}` }
  const near = guesses(text, of).filter((guess) => guess !== text)
  const refuse = (message: string): Problem => ({
    message: near.length > 1 ? `${message}: use ${near.join(' or ')}` : message,
    ...suggest(near[0], text),
  })
  const amount = parseQuantity(text)
  if (amount === undefined) {
    const why = /\s/.test(text.trim()) ? ' (there is a blank in it)' : text.includes(',') ? ' (the decimal sign is a point)' : ''
    return refuse(`${quoted(text)} is not a Kubernetes quantity${why}`)
  }
  if (amount <= 0) return refuse(`${quoted(text)} is not more than zero`)
  if (of === 'cpu') {
    if (/[KMGTPE]i?$/i.test(text) && !/m$/.test(text))
      return refuse(`${quoted(text)} counts bytes, CPU is counted in cores: ${examples.cpu}`)
    if (amount >= 100) return refuse(`${quoted(text)} means ${amount} whole cores`)
    return amount < 0.001 ? refuse(`${quoted(text)} is less than one thousandth of a core`) : null
  }
  if (/[num]$/.test(text)) {
    const mega = `${text.slice(0, -1)}Mi`
    return {
      message: `${quoted(text)} means ${text.at(-1) === 'm' ? 'thousandths' : 'fractions'} of a byte`,
      ...suggest(mega, text),
    }
  }
  const least = of === 'memory' ? 2 ** 22 : 2 ** 20
  if (amount < least) return refuse(`${quoted(text)} means ${amount} bytes`)
  return null
}
