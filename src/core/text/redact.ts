const mask = '***'

/** What looks like a secret in free text, and what is left of it. Order matters: whole values before parts. */
const rules: readonly [RegExp, string][] = [
  // scheme://user:password@host, with whatever characters a password has, up to the last @ before the path.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*):([^\s/'"]+)@/gi, `$1:${mask}@`],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+)[^\s"',]+/gi, `$1${mask}`],
  [/\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1${mask}`],
  // PASSWORD=..., "secret_key": "...", --admin-password ..., MLFLOW_FLASK_SERVER_SECRET_KEY=...
  [
    /((?:password|passwd|passphrase|pgpassword|secret[_-]?(?:access[_-]?)?key|access[_-]?key(?:[_-]?id)?|api[_-]?key|client[_-]?secret|encryption[_-]?key|(?:auth|access|refresh|session|id)[_-]?token)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&}"']+)/gi,
    `$1${mask}`,
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  // A JSON web token.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g, mask],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, `-----BEGIN $1----- ${mask}`],
]

/**
 * The text with what looks like a credential replaced by `***`: passwords in URIs and assignments, bearer tokens,
 * AWS keys, private keys. For log lines and messages of others before they are shown or stored.
 */
export function redact(text: string): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
}
