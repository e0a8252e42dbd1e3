import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { epoch, reproducible, type Descriptor, type Layer } from './layer.js'
import { emptyFolder, out } from './places.js'
import { run } from './run.js'

/** The `config` object of an image: what runs, as whom, with which environment. */
export type ImageConfig = Readonly<Record<string, unknown>>

/**
 * Writes `out/<name>.tar`: an OCI layout and a docker-archive manifest that point at the same blobs, so that containerd,
 * `docker load`, k3s and kind can all read it. Returns its path.
 */
export function writeArchive(name: string, ref: string, layers: readonly Layer[], config: ImageConfig): string {
  const folder = emptyFolder(`${name}-archive`)
  const blobs = 'blobs/sha256'
  mkdirSync(join(folder, blobs), { recursive: true })
  const path = (d: Descriptor): string => `${blobs}/${d.digest.slice('sha256:'.length)}`
  const blob = (value: unknown, mediaType: string): Descriptor => {
    const data = JSON.stringify(value)
    const digest = createHash('sha256').update(data).digest('hex')
    writeFileSync(join(folder, blobs, digest), data)
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(data) }
  }
  const created = new Date(epoch * 1000).toISOString()
  for (const layer of layers) linkSync(layer.file, join(folder, path(layer)))
  const described = layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
  const configBlob = blob(
    {
      created,
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
      history: layers.map(() => ({ created, created_by: 'mlflow-setup test images' })),
    },
    'application/vnd.oci.image.config.v1+json',
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = blob({ schemaVersion: 2, mediaType, config: configBlob, layers: described }, mediaType)
  const annotations = {
    'io.containerd.image.name': ref,
    'org.opencontainers.image.ref.name': ref.slice(ref.lastIndexOf(':') + 1),
  }
  const small = {
    'index.json': {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...manifest, annotations, platform: { architecture: 'amd64', os: 'linux' } }],
    },
    'oci-layout': { imageLayoutVersion: '1.0.0' },
    'manifest.json': [{ Config: path(configBlob), RepoTags: [ref], Layers: layers.map(path) }],
  }
  for (const [file, value] of Object.entries(small)) writeFileSync(join(folder, file), JSON.stringify(value))
  // index.json first: whoever asks for the image's digest need not read a gigabyte.
  const files = [...Object.keys(small), path(configBlob), path(manifest), ...new Set(layers.map(path))]
  mkdirSync(out, { recursive: true })
  const archive = join(out, `${name}.tar`)
  run('tar', [...reproducible, '--owner=0', '--group=0', '--mode=644', '-C', folder, '-cf', `${archive}.tmp`, ...files])
  renameSync(`${archive}.tmp`, archive)
  emptyFolder(`${name}-archive`)
  process.stderr.write(`= ${ref}: ${Math.round(statSync(archive).size / 1e6)} MB\n`)
  return archive
}
