import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useNamespaces } from './lib/namespace.js'
import { mustEnd, product } from './lib/product.js'
import { target } from './lib/target.js'

describe('an install that cannot get healthy', () => {
  useNamespaces('suite-fault-tag', 'suite-fault-login')
  let place: Awaited<ReturnType<typeof product>>
  beforeAll(async () => {
    place = await product()
  })
  afterAll(() => place.dispose())

  it('names the image whose tag does not exist', async () => {
    const ended = await place.run('install', '--preset', 'dev', '--yes', '-n', 'suite-fault-tag', '--image-tag', 'v0.0.0-nope')
    mustEnd(ended, 6, 'unhealthy')
    const { causes } = ended.result
    expect(causes[0]).toMatchObject({ code: 'image-not-found', permanent: true })
    expect(causes[0]!.headline).toContain('ghcr.io/mlflow/mlflow:v0.0.0-nope')
    expect(causes[0]!.remedy).not.toBe('')
  })

  it.runIf(target().own)('names the image whose registry wants a login', async () => {
    const values = join(place.folder, 'private.yaml')
    await writeFile(values, 'image:\n  repository: registry.example.com/private/mlflow\n  tag: v3.18.0-full\n')
    const ended = await place.run('install', '--preset', 'dev', '--yes', '-n', 'suite-fault-login', '-f', values)
    mustEnd(ended, 6, 'unhealthy')
    const { causes } = ended.result
    expect(causes[0]).toMatchObject({ code: 'image-auth', permanent: true })
    expect(causes[0]!.headline).toContain('registry.example.com/private/mlflow:v3.18.0-full')
  })
})
