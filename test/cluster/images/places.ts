import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const home =
  process.env.MLFLOW_SETUP_CLUSTER_HOME ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mlflow-setup')

/** This folder: the sources, of which the keys are made. (The bundler puts the entry's own folder here.) */
export const sources = import.meta.dirname
/** The cache's root for images. */
export const work = join(home, 'images')
/** The finished archives. */
export const out = join(work, 'out')

/** A short hash of strings; equal inputs give equal keys. */
export const keyOf = (...parts: readonly string[]): string =>
  parts
    .reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256'))
    .digest('hex')
    .slice(0, 16)

/** The texts of files of this folder, as inputs of a key. */
export const textOf = (...files: readonly string[]): string =>
  files.map((file) => readFileSync(join(sources, file), 'utf8')).join('\0')

/** An empty folder under `build/`, whatever was there before. */
export function emptyFolder(name: string): string {
  const path = join(work, 'build', name)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  return path
}

/**
 * A folder that is made once for each key: `make` fills a temporary one, which then gets its name.
 * What a killed run left half made is never taken for finished.
 */
export function once(name: string, key: string, make: (folder: string) => void): string {
  const path = join(work, 'cache', `${name}-${key}`)
  if (!existsSync(path)) {
    const temporary = `${path}.tmp`
    rmSync(temporary, { recursive: true, force: true })
    mkdirSync(temporary, { recursive: true })
    make(temporary)
    renameSync(temporary, path)
  }
  return path
}

/** True when `file` holds `text`. */
export const holds = (file: string, text: string): boolean => existsSync(file) && readFileSync(file, 'utf8') === text

/** Writes a file, making its folder first. `mode` is set whatever the umask is. */
export function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text, { mode })
}
