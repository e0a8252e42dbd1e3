import { mkdirSync, rmSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { writeArchive } from './archive.js'
import { goProgram } from './go-program.js'
import { makeLayer } from './layer.js'
import { emptyFolder, write } from './places.js'
import { busyboxRef, rcloneRef, rcloneVersion, seaweedfsRef } from './refs.js'
import { small, smallPath } from './small.js'

// The Go module has no release tags: this commit is the public image's version.
const weedCommit = 'v0.0.0-20261109003541-7506e5f91cd6'

/** A shell and small tools. */
export function busybox(): string {
  return writeArchive('busybox', busyboxRef, [small()], { Env: [smallPath], Cmd: ['sh'] })
}

/** Stand-in for the public image: entry point rclone, a busybox shell beside it. */
export function rclone(): string {
  const root = emptyFolder('rclone')
  chmodSync(root, 0o755)
  const flag = `-X github.com/rclone/rclone/fs.Version=v${rcloneVersion}`
  goProgram(
    { name: 'rclone', module: 'github.com/rclone/rclone', version: `v${rcloneVersion}`, flag },
    join(root, 'usr/local/bin/rclone'),
  )
  for (const path of ['data', 'config/rclone']) mkdirSync(join(root, path), { recursive: true })
  const layer = makeLayer(root, 'rclone')
  const archive = writeArchive('rclone', rcloneRef, [small(), layer], {
    Env: [smallPath, 'XDG_CONFIG_HOME=/config'],
    Entrypoint: ['rclone'],
    WorkingDir: '/data',
  })
  for (const path of [root, layer.file]) rmSync(path, { recursive: true })
  return archive
}

/** Stand-in for the public image: /entrypoint.sh runs `weed` with the given arguments. */
export function seaweedfs(): string {
  const root = emptyFolder('seaweedfs')
  chmodSync(root, 0o755)
  const module = 'github.com/seaweedfs/seaweedfs'
  const flag = `-X ${module}/weed/util/version.COMMIT=${weedCommit.slice(-12)}`
  goProgram({ name: 'weed', module, folder: '/weed', version: weedCommit, flag }, join(root, 'usr/bin/weed'))
  mkdirSync(join(root, 'data'))
  write(join(root, 'entrypoint.sh'), '#!/bin/sh\nexec weed -logtostderr=true "$@"\n', 0o755)
  const layer = makeLayer(root, 'seaweedfs', { ids: '1000:1000', paths: ['data'] })
  const archive = writeArchive('seaweedfs', seaweedfsRef, [small(), layer], {
    Env: [smallPath],
    Entrypoint: ['/entrypoint.sh'],
    WorkingDir: '/data',
    ExposedPorts: { '8333/tcp': {} },
    Volumes: { '/data': {} },
  })
  for (const path of [root, layer.file]) rmSync(path, { recursive: true })
  return archive
}
