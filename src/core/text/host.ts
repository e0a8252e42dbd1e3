import type { Problem } from '../settings/types.js'
import { problemOfInvisible, quoted, suggest, visible } from './characters.js'

const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** The host that was probably meant: without scheme, credentials, port, path and trailing dot, lower case, IDN as punycode. */
export function cleanHost(text: string): string | undefined {
  let host = visible(text)
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/[/?#].*$/, '')
    .replace(/^\[([^\]]*)\]/, '$1')
    .replace(/:\d*$/, '')
    .replace(/\.+$/, '')
    .replace(/^\.+/, '')
    .replace(/\.{2,}/g, '.')
    .replace(/_/g, '-')
    .replace(/\s+/g, '')
    .replace(/^\*\./, '')
    .toLowerCase()
  host = host
    .split('.')
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter(Boolean)
    .join('.')
  if ([...host].some((c) => c > '\u007f')) {
    try {
      host = new URL(`http://${host}`).hostname
    } catch {
      return undefined
    }
  }
  return problemOfPlainHost(host) === null ? host : undefined
}

// What is wrong with a host that has no scheme, path or port any more.
function problemOfPlainHost(text: string): string | null {
  if (text.includes(':')) return 'an IPv6 address is no host name'
  if (ipv4.test(text)) return 'an IP address is no host name: an Ingress needs a DNS name'
  if (text.length > 253) return `${text.length} characters, at most 253 are allowed`
  for (const label of text.split('.')) {
    if (label === '') return 'has an empty part between two dots'
    if (label.length > 63) return `the part ${quoted(label)} has more than 63 characters`
    if (label.startsWith('-') || label.endsWith('-')) return `the part ${quoted(label)} begins or ends with a hyphen`
    if (!/^[a-z0-9-]+$/.test(label)) return `the part ${quoted(label)} has characters that no host name has`
  }
  return /^\d+$/.test(text.slice(text.lastIndexOf('.') + 1)) ? 'the last part of a host name is no number' : null
}

/**
 * A host name for an Ingress (RFC 1123 subdomain, lower case). Nothing is stripped silently: what does not belong
 * is named, with the cleaned host as suggestion.
 */
export function problemOfHost(text: string): Problem | null {
  if (text === '') return { message: 'a host name is needed' }
  const refuse = (message: string): Problem => ({ message, ...suggest(cleanHost(text), text) })
  const hidden = problemOfInvisible(text)
  if (hidden) return refuse(hidden.message)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return refuse('only the host, without the scheme')
  if (text.includes('@')) return refuse('only the host, without a user')
  if (/[/?#]/.test(text)) return refuse('only the host, without a path')
  if (text.includes('[') || text.includes(']')) return refuse('brackets are no part of a host name')
  if (/^[^:]*:\d*$/.test(text)) return refuse('only the host, without the port')
  if (/\s/.test(text)) return refuse('a host name has no blanks')
  if (text.includes('_')) return refuse('a host name has no underscores')
  if (text.startsWith('*')) return refuse('a wildcard is no address that can be opened')
  if (text.endsWith('.')) return refuse('a trailing dot is not allowed in an Ingress')
  if ([...text].some((c) => c > '\u007f')) return refuse('letters beyond a-z must be written in their ASCII form (punycode)')
  if (/[A-Z]/.test(text)) return refuse('host names are written in lower case here')
  const plain = problemOfPlainHost(text)
  return plain === null ? null : refuse(plain)
}

/** A server to connect to (a database): a host name or an IP address, without scheme, port or path. */
export function problemOfServer(text: string): Problem | null {
  if (ipv4.test(text))
    return text.split('.').every((n) => Number(n) <= 255) ? null : { message: `${quoted(text)} is no IPv4 address` }
  if (/^[0-9a-fA-F:]+$/.test(text) && text.split(':').length > 2) {
    return isIPv6(text) ? null : { message: `${quoted(text)} is no IPv6 address` }
  }
  // Underscores do not belong in host names but service discovery has them, and libpq takes them.
  const problem = problemOfHost(text.replace(/_/g, '-').toLowerCase())
  return problem && { message: problem.message, ...suggest(cleanHost(text), text) }
}

/** Whether the text is an IPv6 address, without brackets and zone. */
export function isIPv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text)) return false
  try {
    return new URL(`http://[${text}]/`).hostname.startsWith('[')
  } catch {
    return false
  }
}
