import type { SecretFormat } from './types.js'

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const passwordLength = 32

/**
 * A fresh secret value: 32 letters and digits (190 bits), or a Fernet key. `randomBytes` must be cryptographic.
 */
export function generate(format: SecretFormat, randomBytes: (n: number) => Uint8Array): string {
  return format === 'fernet' ? fernetKey(randomBytes(32)) : password(randomBytes)
}

// Bytes beyond the largest multiple of 62 are thrown away: a plain remainder would favour the first letters.
function password(randomBytes: (n: number) => Uint8Array): string {
  const limit = 256 - (256 % alphanumerics.length)
  let text = ''
  while (text.length < passwordLength) {
    for (const byte of randomBytes(passwordLength)) {
      if (byte < limit && text.length < passwordLength) text += alphanumerics[byte % alphanumerics.length]!
    }
  }
  return text
}

/** Url-safe base64 with padding of 32 bytes: https://github.com/fernet/spec/blob/master/Spec.md */
function fernetKey(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
}
