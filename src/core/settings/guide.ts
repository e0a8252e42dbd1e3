import type { ValuesDocument } from './document.js'
import type { Answers } from './types.js'

/** What was found in a values file besides settings. */
export interface Canonical {
  /** Credentials that stood readable in the file, by setting id. They are gone from the document. */
  secrets: Answers
  /** What a person should know; never holds a credential. */
  warnings: string[]
}

/** A PostgreSQL URI in parts, percent signs decoded. */
export interface DatabaseUri {
  host: string
  port?: number
  database?: string
  username?: string
  password?: string
  /** Query parameters, e.g. `sslmode`. */
  options: Record<string, string>
}

/** Undefined for anything but `postgresql://` (also with a driver: `postgresql+psycopg2://`) with a host. */
export function parseDatabaseUri(uri: string): DatabaseUri | undefined {
  // Not URL: people put unescaped @ and # into passwords, so the last @ before the path ends the credentials.
  const match = /^postgres(?:ql)?(?:\+\w+)?:\/\/(.*)$/s.exec(uri)
  if (!match) return undefined
  const rest = match[1]!
  const at = rest.lastIndexOf('@')
  const credentials = at < 0 ? undefined : rest.slice(0, at)
  const tail = /^(\[[^\]]+\]|[^:/?#]+)(?::(\d+))?(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(rest.slice(at + 1))
  if (!tail) return undefined
  const options: Record<string, string> = {}
  for (const pair of (tail[4] ?? '').split('&').filter(Boolean))
    options[decode(pair.split('=')[0]!)] = decode(pair.slice(pair.indexOf('=') + 1))
  const colon = credentials?.indexOf(':') ?? -1
  const username = credentials === undefined ? undefined : decode(colon < 0 ? credentials : credentials.slice(0, colon))
  return {
    host: tail[1]!.replace(/^\[|\]$/g, ''),
    ...(tail[2] ? { port: Number(tail[2]) } : {}),
    ...(tail[3] ? { database: decode(tail[3]) } : {}),
    ...(username ? { username } : {}),
    ...(credentials !== undefined && colon >= 0 ? { password: decode(credentials.slice(colon + 1)) } : {}),
    options,
  }
}

/**
 * Brings a values file to the canonical form in place: guide aliases become the settings that they mean, and
 * credentials leave the file (the plan puts them into a Secret).
 */
export function canonicalize(document: ValuesDocument): Canonical {
  const secrets: Record<string, string> = {}
  const warnings: string[] = []
  const enabled = document.get('minio.enabled')
  if (typeof enabled === 'boolean') {
    if (!document.has('objectStore.enabled')) document.set('objectStore.enabled', enabled)
    document.delete('minio.enabled')
  }
  for (const [path, id] of credentialPaths) {
    const value = document.get(path)
    if (value === undefined) continue
    document.delete(path)
    if (value === null || value === '') continue
    secrets[id] = String(value)
    warnings.push(`${path} of ${document.filename} moves into a Secret: it does not stay in the values`)
  }
  moveDatabaseUri(document, secrets, warnings)
  moveEnvironment(document, secrets, warnings)
  return { secrets, warnings }
}

const credentialPaths: readonly (readonly [path: string, id: string])[] = [
  ['auth.password', 'auth.password'],
  ['postgresql.auth.password', 'database.password'],
  ['minio.auth.rootUser', 'artifacts.accessKey'],
  ['minio.auth.rootPassword', 'artifacts.secretKey'],
]

// The chart takes parts as well, and parts have no place where a password could stand.
function moveDatabaseUri(document: ValuesDocument, secrets: Record<string, string>, warnings: string[]): void {
  const uri = document.get('backendStore.uri')
  if (typeof uri !== 'string' || uri === '') return
  const parsed = parseDatabaseUri(uri)
  if (!parsed) {
    // Unknown kinds of URI are the schema's business, their credentials are ours.
    if (/^[^/]*:\/\/[^/]*:[^/]*@/.test(uri)) {
      document.set('backendStore.uri', uri.replace(/^([^/]*:\/\/[^/:]*):.*@/s, '$1@'))
      warnings.push(`the password in backendStore.uri of ${document.filename} was left out: only postgresql:// is supported`)
    }
    return
  }
  const { password, options, ...parts } = parsed
  if (password !== undefined) {
    secrets['database.password'] = password
    warnings.push(`the password in backendStore.uri of ${document.filename} moves into a Secret: it does not stay in the values`)
  }
  const { sslmode, ...others } = options
  const moved = { ...parts, ...(sslmode === undefined ? {} : { sslMode: sslmode }) }
  for (const [key, value] of Object.entries(moved)) document.set(['backendStore', key], value)
  document.delete('backendStore.uri')
  const left = Object.keys(others)
  if (left.length > 0)
    warnings.push(`backendStore.uri of ${document.filename} has options that are not taken over: ${left.join(', ')}`)
}

const awsKeys: Record<string, string> = { AWS_ACCESS_KEY_ID: 'artifacts.accessKey', AWS_SECRET_ACCESS_KEY: 'artifacts.secretKey' }

// The guide gives the keys of an external store as plain environment variables of the server.
function moveEnvironment(document: ValuesDocument, secrets: Record<string, string>, warnings: string[]): void {
  const env = document.get('env')
  if (!Array.isArray(env)) return
  for (let i = env.length - 1; i >= 0; i--) {
    const entry = env[i] as { name?: unknown; value?: unknown } | null
    if (typeof entry?.name !== 'string' || entry.value === undefined || entry.value === null || entry.value === '') continue
    const id = awsKeys[entry.name]
    if (id !== undefined) {
      secrets[id] = String(entry.value)
      document.delete(['env', i])
      warnings.push(`env ${entry.name} of ${document.filename} moves into a Secret: it does not stay in the values`)
    } else if (/(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)/i.test(entry.name)) {
      warnings.push(
        `env ${entry.name} of ${document.filename} looks like a credential and stays readable in the values: use valueFrom.secretKeyRef`,
      )
    }
  }
  if ((document.get('env') as unknown[]).length === 0) document.delete('env')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign: the text was not encoded at all.
    return text
  }
}
