import type { Problem } from '../settings/types.js'

/** Passwords that MLflow or its guides once had as default: they are tried first by anybody. */
const known = new Set(['password', 'password1234', 'passwordpassword', 'mlflowmlflow', 'administrator', 'changemechangeme'])

// Any character is fine for Kubernetes and libpq, except those that an environment variable or a line of input cannot hold.
function problemOfCharacters(text: string): Problem | null {
  if (/[\r\n]/.test(text)) return { message: 'contains a line break' }
  return text.includes('\0') ? { message: 'contains a NUL character' } : null
}

/** A password that people choose for MLflow itself. Messages never hold it. */
export function problemOfNewPassword(text: string, least: number): Problem | null {
  const characters = problemOfCharacters(text)
  if (characters) return characters
  const length = [...text].length
  if (known.has(text.toLowerCase())) return { message: 'is a password that everybody knows' }
  if (length < least) return { message: `has ${length} characters, at least ${least} are needed` }
  return new Set(text).size < 4 ? { message: 'repeats the same few characters' } : null
}

/** A credential that another system has given out: nothing is known about its length unless `least` says so. */
export function problemOfCredential(text: string, least = 1): Problem | null {
  const characters = problemOfCharacters(text)
  if (characters) return characters
  const length = [...text].length
  return length < least ? { message: `has ${length} characters, at least ${least} are needed` } : null
}
