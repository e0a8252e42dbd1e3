import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeLayer, madeLayer, type Layer } from './layer.js'
import { emptyFolder, keyOf, once, textOf, write } from './places.js'
import { output, run } from './run.js'

// As Debian bookworm has it.
const busyboxVersion = '1.35.0'
/** The search path of the small images. */
export const smallPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function busybox(): string {
  const folder = once('busybox', busyboxVersion, (into) => {
    const download = 'apt-get download busybox-static'
    // A fresh machine may have no package lists yet.
    run('sh', ['-c', `${download} || { apt-get update -qq && ${download}; }`], { cwd: into })
    run('sh', ['-c', 'dpkg-deb -x busybox-static_*.deb . && mv bin/busybox .'], { cwd: into })
  })
  return join(folder, 'busybox')
}

/** A layer of a static busybox and CA certificates: a shell under the images of single Go programs. */
export function small(): Layer {
  const key = keyOf(textOf('small.ts', 'layer.ts'))
  const made = madeLayer(`small-${key}`)
  if (made) return made
  const root = emptyFolder('small')
  const folders = ['bin', 'etc/ssl/certs', 'tmp', 'root', 'home', 'usr/bin', 'usr/local/bin', 'var/run', 'proc', 'sys', 'dev']
  for (const path of folders) mkdirSync(join(root, path), { recursive: true })
  chmodSync(root, 0o755)
  chmodSync(join(root, 'tmp'), 0o1777)
  const program = join(root, 'bin/busybox')
  copyFileSync(busybox(), program)
  chmodSync(program, 0o755)
  for (const applet of output(program, ['--list'])
    .split('\n')
    .filter((name) => name !== 'busybox')) {
    symlinkSync('busybox', join(root, 'bin', applet))
  }
  copyFileSync('/etc/ssl/certs/ca-certificates.crt', join(root, 'etc/ssl/certs/ca-certificates.crt'))
  write(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n')
  write(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n')
  return makeLayer(root, `small-${key}`)
}
