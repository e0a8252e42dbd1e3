// Builds the images that are missing or whose sources changed, and prints the paths of all archives.
// `node scripts/lib/run-ts.mjs test/cluster/images/build.ts [NAME...]`; names and sources: see `images`.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, rclone, seaweedfs } from './go-images.js'
import { mlflow } from './mlflow.js'
import { holds, keyOf, out, sources, textOf } from './places.js'
import { postgres } from './postgres.js'
import { run } from './run.js'

interface Image {
  readonly build: () => string
  /** The files of this folder that decide what is in the image. */
  readonly sources: readonly string[]
  /** Programs that the build calls, as `command:package`. */
  readonly needs: readonly string[]
}

const shared = ['archive.ts', 'layer.ts', 'refs.ts']
const onDebian = [...shared, 'debian.ts', 'wheels.ts']
const onBusybox = [...shared, 'small.ts', 'go-images.ts', 'go-program.ts']
const images: Readonly<Record<string, Image>> = {
  busybox: { build: busybox, sources: onBusybox, needs: ['dpkg-deb:dpkg'] },
  rclone: { build: rclone, sources: onBusybox, needs: ['go:golang-go'] },
  postgres18: {
    build: postgres,
    sources: [...onDebian, 'postgres.ts', 'files/postgres-entrypoint.sh'],
    needs: ['debootstrap:debootstrap', 'unzip:unzip'],
  },
  mlflow: { build: mlflow, sources: [...onDebian, 'mlflow.ts'], needs: ['debootstrap:debootstrap'] },
  seaweedfs: { build: seaweedfs, sources: onBusybox, needs: ['go:golang-go'] },
}

process.umask(0o022)
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(images)
for (const name of wanted) {
  const image = images[name]
  if (!image) throw new Error(`no image is named ${name}; there are ${Object.keys(images).join(', ')}`)
  const key = keyOf(textOf(...image.sources))
  const archive = join(out, `${name}.tar`)
  if (!existsSync(archive) || !holds(`${archive}.key`, key)) {
    const start = Date.now()
    run('bash', [join(sources, '../kube/packages.sh'), ...image.needs])
    image.build()
    writeFileSync(`${archive}.key`, key)
    process.stderr.write(`= ${name}: ${Math.round((Date.now() - start) / 1000)} s\n`)
  }
  process.stdout.write(`${archive}\n`)
}
