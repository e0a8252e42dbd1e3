import { randomBytes } from 'node:crypto'

/** Cryptographically strong bytes. */
export const secureBytes = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
