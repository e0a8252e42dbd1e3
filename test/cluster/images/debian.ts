import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { madeLayer, makeLayer, type Layer } from './layer.js'
import { keyOf, once, textOf } from './places.js'
import { output, run } from './run.js'

/** Debian's own Python, which runs MLflow here. */
export const pythonVersion = '3.11'
const unwanted = ['lib/apt/lists', 'log', 'cache/debconf', 'cache/apt'].map((path) => `var/${path}`)
const docs = ['doc', 'man', 'locale', 'info'].map((path) => `usr/share/${path}`)

/**
 * Compiles Python files to byte code that is valid whatever their time is. WHY: all files of a layer have one time, and with
 * time-stamped byte code every start of MLflow would compile every module anew (6 s of CPU instead of 2.4 s).
 * `prefix` is cut off the paths that tracebacks show.
 */
export function compilePython(root: string, folders: readonly string[], prefix = ''): void {
  const cut = prefix ? ['-s', prefix, '-p', '/'] : []
  // The two workers share semaphores that live there.
  mkdirSync(join(root, 'dev/shm'), { recursive: true })
  // A package may hold files that are not meant for this Python: those stay uncompiled, hence no check of the exit code.
  run('chroot', [
    root,
    'sh',
    '-c',
    `python3 -m compileall -qq -f -j 2 --invalidation-mode unchecked-hash "$@" || true`,
    'sh',
    ...cut,
    ...folders,
  ])
  for (const folder of folders) {
    if (!output('find', [join(root, folder), '-name', '*.pyc', '-print', '-quit']))
      throw new Error(`nothing in ${folder} was compiled`)
  }
}

/** Debian bookworm with Python, CA certificates and time zones, without docs: the folder and its layer, made once. */
export function debian(): { root: string; layer: Layer } {
  const root = once('debian', keyOf(textOf('debian.ts')), (folder) => {
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates,python3,tzdata', 'bookworm', folder])
    run('chroot', [folder, 'apt-get', 'clean'])
    for (const path of [...unwanted, ...docs]) {
      rmSync(join(folder, path), { recursive: true, force: true })
      mkdirSync(join(folder, path), { recursive: true })
    }
    rmSync(join(folder, 'etc/resolv.conf'), { force: true })
    run('find', [folder, '-name', '__pycache__', '-prune', '-exec', 'rm', '-rf', '{}', '+'])
    compilePython(folder, [`/usr/lib/python${pythonVersion}`])
    // The runtime mounts its own there.
    for (const path of ['dev', 'proc', 'sys']) {
      for (const name of existsSync(join(folder, path)) ? readdirSync(join(folder, path)) : []) {
        rmSync(join(folder, path, name), { recursive: true, force: true })
      }
    }
  })
  const name = `debian-${keyOf(textOf('debian.ts', 'layer.ts'))}`
  return { root, layer: madeLayer(name) ?? makeLayer(root, name) }
}
