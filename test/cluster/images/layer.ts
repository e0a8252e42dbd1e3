import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.js'
import { work } from './places.js'

/** What an image manifest says of a blob. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** A layer: its descriptor and the file that holds it. */
export interface Layer extends Descriptor {
  readonly file: string
}

/** Every file's time in every layer, so that the same files give the same layer. */
export const epoch = 1764028800
/** GNU tar's options for a reproducible archive. */
export const reproducible = ['--format=gnu', '--sort=name', '--numeric-owner', `--mtime=@${epoch}`]

/** The SHA-256 of a file, in hex, read in pieces. */
export function sha256(file: string): string {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(1 << 20)
  const fd = openSync(file, 'r')
  try {
    for (let n = readSync(fd, piece); n > 0; n = readSync(fd, piece)) hash.update(piece.subarray(0, n))
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}

/** Owner `uid:gid` and the paths (of the layer, without a leading slash) that it has; all else is root's. */
export interface Owner {
  readonly ids: string
  readonly paths: readonly string[]
}

/** Packs a folder as a layer; `skip` are paths that the runtime makes itself. */
export function makeLayer(root: string, name: string, owner?: Owner, skip: readonly string[] = []): Layer {
  const folder = join(work, 'layers')
  mkdirSync(folder, { recursive: true })
  const temporary = join(folder, `${name}.tmp`)
  for (const path of owner?.paths ?? []) run('chown', ['-R', owner!.ids, join(root, path)])
  run('tar', [...reproducible, ...skip.map((path) => `--exclude=./${path}`), '-C', root, '-cf', temporary, '.'])
  const digest = sha256(temporary)
  const file = join(folder, `${name}.tar`)
  renameSync(temporary, file)
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${digest}`, size: statSync(file).size, file }
}

/** A layer that an earlier run made, or undefined. */
export function madeLayer(name: string): Layer | undefined {
  const file = join(work, 'layers', `${name}.tar`)
  if (!existsSync(file)) return undefined
  return {
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${sha256(file)}`,
    size: statSync(file).size,
    file,
  }
}
