import type { Problem } from '../settings/types.js'
import { problemOfInvisible, quoted, suggest, visible } from './characters.js'
import { cleanHost, isIPv6, problemOfServer } from './host.js'

/** Parts of `s3://bucket/prefix`; the prefix has no slashes at its ends. */
export interface S3Uri {
  bucket: string
  prefix: string
}

/** Undefined when the text is no `s3://` URI with a bucket. */
export function parseS3Uri(text: string): S3Uri | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(text)
  return match ? { bucket: match[1]!, prefix: (match[2] ?? '').replace(/^\/+|\/+$/g, '') } : undefined
}

/** S3's naming rules. Dots are refused without path-style addressing: certificates of virtual hosts do not match them. */
export function problemOfBucket(text: string, options: { pathStyle?: boolean } = {}): Problem | null {
  const better = suggest(
    visible(text)
      .toLowerCase()
      .replace(/^s3:\/\//, '')
      .replace(/\/.*$/, '')
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, ''),
    text,
  )
  const refuse = (message: string): Problem => ({ message, ...better })
  if (text === '') return { message: 'a bucket is needed' }
  if (/^s3:\/\//.test(text)) return refuse('only the bucket, without s3://')
  if (text.includes('/')) return refuse('only the bucket, without a slash')
  if (/[A-Z]/.test(text)) return refuse('bucket names are lower case')
  if (!/^[a-z0-9.-]+$/.test(text))
    return refuse(`${quoted(text)} has characters that no bucket name has: lower case, digits and hyphens only`)
  if (!/^[a-z0-9].*[a-z0-9]$/.test(text)) return refuse('a bucket name begins and ends with a letter or digit')
  if (text.length < 3 || text.length > 63) return { message: `${text.length} characters, a bucket name has 3 to 63` }
  if (text.includes('.') && !options.pathStyle)
    return refuse('dots in a bucket name break TLS unless path-style addressing is on')
  return null
}

/** `s3://bucket/prefix`. */
export function problemOfS3Uri(text: string, options: { pathStyle?: boolean } = {}): Problem | null {
  if (text === '') return { message: 'an S3 address is needed, e.g. s3://ml-artifacts/mlflow' }
  const hidden = problemOfInvisible(text)
  if (hidden) return hidden
  if (!/^s3:\/\//.test(text)) {
    const bare = text.replace(/^(s3a|s3n|S3):\/*/i, '').replace(/^\/+/, '')
    const usable = /^[a-z0-9][a-z0-9./_-]*$/.test(bare)
    return {
      message:
        /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^s3/i.test(text)
          ? 'only S3 and compatible stores (s3://bucket/prefix) are supported'
          : 'must begin with s3://',
      ...suggest(usable ? `s3://${bare}` : undefined, text),
    }
  }
  const uri = parseS3Uri(text)
  if (!uri) return { message: 'has no bucket after s3://' }
  const bucket = problemOfBucket(uri.bucket, options)
  if (bucket)
    return {
      message: bucket.message,
      ...suggest(bucket.suggestion && `s3://${bucket.suggestion}${uri.prefix ? `/${uri.prefix}` : ''}`, text),
    }
  if (/[?#\s\\]/.test(uri.prefix)) return { message: 'the prefix has a blank, "?", "#" or a backslash in it' }
  return null
}

/** `http(s)://host[:port]` of a service, nothing behind it unless `path` is allowed. */
export function problemOfEndpoint(text: string, options: { path?: boolean } = {}): Problem | null {
  const hidden = problemOfInvisible(text)
  if (hidden) return hidden
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/@]*@/, '')
  const authority = rest.replace(/[/?#].*$/, '')
  const host = authority.replace(/:\d+$/, '')
  const clean = host.startsWith('[') ? host : (cleanHost(host) ?? host)
  const port = /:(\d+)$/.exec(authority)?.[1]
  const guess = `${scheme === 'http' ? 'http' : 'https'}://${clean}${port ? `:${port}` : ''}`
  const refuse = (message: string): Problem => ({ message, ...suggest(host === '' ? undefined : guess, text) })
  if (scheme === undefined) return refuse('must begin with http:// or https://')
  if (scheme !== 'http' && scheme !== 'https') return refuse(`${scheme}:// is not http:// or https://`)
  if (/^[a-z]+:\/\/[^/]*@/i.test(text)) return { message: 'credentials do not belong in an address', ...suggest(guess, text) }
  if (host === '') return { message: 'has no host' }
  const server = host.startsWith('[')
    ? isIPv6(host.slice(1, -1))
      ? null
      : { message: `${quoted(host)} is no IPv6 address` }
    : problemOfServer(host)
  if (server) return refuse(server.message)
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535))
    return { message: `the port ${port} is not between 1 and 65535` }
  const tail = rest.slice(authority.length)
  if (tail !== '' && !options.path)
    return refuse(tail === '/' ? 'without the slash at the end' : 'without a path: the bucket has a setting of its own')
  return null
}

/** Region of an S3 service, e.g. `eu-central-1`, `auto`. Empty is allowed: not every store has one. */
export function problemOfRegion(text: string): Problem | null {
  if (text === '' || /^[a-z0-9][a-z0-9-]*$/.test(text)) return null
  return {
    message: `${quoted(text)} is no region, e.g. eu-central-1`,
    ...suggest(visible(text).toLowerCase().replace(/[_ ]/g, '-'), text),
  }
}

/** An address range such as `10.0.0.0/8` or `2001:db8::/32`, written with its first address. */
export function problemOfCidr(text: string): Problem | null {
  const hidden = problemOfInvisible(text)
  if (hidden) return hidden
  const [address, bits, extra] = text.split('/')
  const refuse = (message: string, better?: string): Problem => ({ message, ...suggest(better, text) })
  if (address === undefined || extra !== undefined) return refuse(`${quoted(text)} is no address range, e.g. 10.0.0.0/8`)
  const octets = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address.split('.').map(Number) : undefined
  if (octets && octets.every((n) => n <= 255)) {
    if (bits === undefined) return refuse('an address range ends with its size, /32 for one address', `${address}/32`)
    if (!/^\d+$/.test(bits) || Number(bits) > 32) return refuse(`the size /${bits} is not between 0 and 32`)
    const kept = octets.map((n, i) => n & (0xff << Math.max(0, Math.min(8, 8 * (i + 1) - Number(bits)))) & 0xff).join('.')
    return kept === octets.join('.') ? null : refuse('has bits behind the size', `${kept}/${bits}`)
  }
  if (isIPv6(address)) {
    if (bits === undefined) return refuse('an address range ends with its size, /128 for one address', `${address}/128`)
    return /^\d+$/.test(bits) && Number(bits) <= 128 ? null : refuse(`the size /${bits} is not between 0 and 128`)
  }
  return refuse(`${quoted(text)} is no address range, e.g. 10.0.0.0/8`)
}
