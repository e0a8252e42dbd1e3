import type { Problem } from '../settings/types.js'
import { problemOfInvisible, quoted, suggest } from './characters.js'

/** Lengths that Kubernetes and Helm allow: a label (RFC 1123) has 63 characters, Helm keeps 10 of them for itself. */
export const namespaceMax = 63
export const releaseMax = 53

/** A DNS label made of `text`: lower case, hyphens for everything else, cut to `max`. Empty when nothing is left. */
export function toLabel(text: string, max = namespaceMax): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u200b-\u200f\u2060\ufeff]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, max)
    .replace(/-+$/, '')
}

function problemOfLabel(text: string, what: string, max: number): Problem | null {
  const better = suggest(toLabel(text, max), text)
  if (text === '') return { message: `a ${what} name is needed` }
  const hidden = problemOfInvisible(text)
  if (hidden) return { ...hidden, ...better }
  const odd = [...text].find((c) => !/[a-z0-9-]/.test(c))
  if (odd !== undefined) {
    if (/[A-Z]/.test(odd))
      return { message: `${quoted(text)} has upper case letters: only lower case, digits and hyphens are allowed`, ...better }
    return {
      message: `${quoted(text)} contains ${odd === ' ' ? 'a blank' : quoted(odd)}: only lower case, digits and hyphens are allowed`,
      ...better,
    }
  }
  if (text.startsWith('-')) return { message: `${quoted(text)} starts with a hyphen`, ...better }
  if (text.endsWith('-')) return { message: `${quoted(text)} ends with a hyphen`, ...better }
  if (text.length > max) return { message: `${text.length} characters, at most ${max} are allowed`, ...better }
  return null
}

/** A namespace: RFC 1123 label of at most 63 characters. */
export function problemOfNamespace(text: string): Problem | null {
  return problemOfLabel(text, 'namespace', namespaceMax)
}

/** Any other object's name (a Secret, an issuer): RFC 1123 subdomain, at most 253 characters. */
export function problemOfObjectName(text: string, what: string): Problem | null {
  for (const part of text.split('.')) {
    const problem = problemOfLabel(part, what, 253)
    if (problem)
      return {
        message: problem.message,
        ...suggest(
          text
            .split('.')
            .map((p) => toLabel(p))
            .filter(Boolean)
            .join('.'),
          text,
        ),
      }
  }
  return text.length > 253 ? { message: `${text.length} characters, at most 253 are allowed` } : null
}

/**
 * A release: Helm's 53 characters; and as Services are named after it, it begins with a letter (RFC 1035), which
 * the API server would otherwise find out only after other objects exist.
 */
export function problemOfRelease(text: string): Problem | null {
  const problem = problemOfLabel(text, 'release', releaseMax)
  if (problem) return problem
  if (/^[0-9]/.test(text))
    return {
      message: `${quoted(text)} starts with a digit: Services named after it must start with a letter`,
      ...suggest(`mlflow-${text}`.slice(0, releaseMax), text),
    }
  return null
}

/** A label's key or value as Kubernetes has it, e.g. `app.kubernetes.io/name`, `orchestrator`. */
export function problemOfPodLabel(key: string, value: string): Problem | null {
  const name = key.includes('/') ? key.slice(key.indexOf('/') + 1) : key
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : undefined
  const fine = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
  if (!fine.test(name) || (prefix !== undefined && !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(prefix)))
    return { message: `${quoted(key)} is no label key` }
  if (value !== '' && !fine.test(value)) return { message: `${quoted(value)} is no label value` }
  return null
}

/** `<thing>:<tag>` is the image, not the tag. At most 128 letters, digits, `_`, `.`, `-`. */
export function problemOfImageTag(text: string): Problem | null {
  if (text === '') return null
  const hidden = problemOfInvisible(text)
  if (hidden) return hidden
  if (text.includes('@')) return { message: 'this is a digest: set image.digest in a values file instead' }
  const last = text.slice(text.lastIndexOf(':') + 1)
  if (text.includes('/') || text.includes(':'))
    return {
      message: 'only the tag, without the image name',
      ...suggest(/^[\w][\w.-]{0,127}$/.test(last) ? last : undefined, text),
    }
  if (!/^[\w][\w.-]{0,127}$/.test(text))
    return { message: `${quoted(text)} is no image tag: letters, digits, "_", "." and "-" only, at most 128` }
  return null
}
