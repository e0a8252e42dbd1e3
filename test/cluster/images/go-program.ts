import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf, once } from './places.js'
import { run } from './run.js'

/** A program of the Go module proxy. */
export interface GoProgram {
  readonly name: string
  readonly module: string
  readonly version: string
  /** The main package's path within the module. */
  readonly folder?: string
  /** A linker flag that gives the program its version. */
  readonly flag: string
}

/** Builds a static Go program once for each version and copies it to `to`. */
export function goProgram(program: GoProgram, to: string): void {
  const { name, module, version, folder = '', flag } = program
  const made = once(name, keyOf(module, version, flag), (into) => {
    process.stderr.write(`building ${name} (once; a few minutes)\n`)
    const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' }
    const source = join(into, 'source')
    mkdirSync(source)
    // Not `go install`: it refuses modules with replacements, which only count in the main module anyway.
    run('go', ['mod', 'init', `test/${name}`], { cwd: source, env })
    run('go', ['get', '-tool', `${module}${folder}@${version}`], { cwd: source, env })
    const flags = ['-trimpath', '-ldflags', `-s -w ${flag}`]
    run('go', ['build', ...flags, '-o', join(into, name), `${module}${folder}`], { cwd: source, env })
  })
  mkdirSync(join(to, '..'), { recursive: true })
  copyFileSync(join(made, name), to)
  chmodSync(to, 0o755)
}
