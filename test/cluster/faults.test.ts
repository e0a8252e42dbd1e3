import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useNamespaces } from './lib/namespace.js'
import { product } from './lib/product.js'
import { target } from './lib/target.js'

describe('an install that cannot get healthy', () => {
  useNamespaces('suite-fault-tag', 'suite-fault-login')
  let place: Awaited<ReturnType<typeof product>>
  beforeAll(async () => {
    place = await product()
  })
  afterAll(() => place.dispose())

  it('names the image whose tag does not exist', async () => {
    const { code, result } = await place.run(
      'install',
      '--preset',
      'dev',
      '--yes',
      '-n',
      'suite-fault-tag',
      '--image-tag',
      'v0.0.0-nope',
    )
    expect({ code, phase: result.phase }).toEqual({ code: 6, phase: 'unhealthy' })
    expect(result.causes[0]).toMatchObject({ code: 'image-not-found', permanent: true })
    expect(result.causes[0]!.headline).toContain('ghcr.io/mlflow/mlflow:v0.0.0-nope')
    expect(result.causes[0]!.remedy).not.toBe('')
  })

  it.runIf(target().own)('names the image whose registry wants a login', async () => {
    const values = join(place.folder, 'private.yaml')
    await writeFile(values, 'image:\n  repository: registry.example.com/private/mlflow\n  tag: v3.18.0-full\n')
    const { code, result } = await place.run('install', '--preset', 'dev', '--yes', '-n', 'suite-fault-login', '-f', values)
    expect({ code, phase: result.phase }).toEqual({ code: 6, phase: 'unhealthy' })
    expect(result.causes[0]).toMatchObject({ code: 'image-auth', permanent: true })
    expect(result.causes[0]!.headline).toContain('registry.example.com/private/mlflow:v3.18.0-full')
  })
})
