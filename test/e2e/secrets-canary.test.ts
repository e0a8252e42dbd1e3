import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workplace } from './product.js'

let place: Awaited<ReturnType<typeof workplace>>
beforeAll(async () => (place = await workplace()))
afterAll(() => place.dispose())

const canaries = {
  MLFLOW_SETUP_ADMIN_PASSWORD: 'canary-Admin-9f2c7b31',
  MLFLOW_SETUP_DATABASE_PASSWORD: "canary-p@s:s/w%r#d' &x-71",
  MLFLOW_SETUP_S3_ACCESS_KEY: 'CANARYKEY8842',
  MLFLOW_SETUP_S3_SECRET_KEY: 'canary-secret-key-55aa',
}
const inFile = 'canary-in-a-file-19d3'

/** Every file below a folder with its text. */
async function texts(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((e) => e.isFile())
      .map(async (e) => [join(e.parentPath, e.name), await readFile(join(e.parentPath, e.name), 'utf8')] as [string, string]),
  )
}

test.each(['text', 'json', 'ndjson'])(
  'no typed secret in values, arguments, output (%s), preferences or files',
  { timeout: 120_000 },
  async (format) => {
    // A Helm that writes down what it is called with, and with which values file.
    const helm = join(place.folder, 'helm-recorder')
    await writeFile(helm, `#!/bin/sh\nprintf '%s\\n' "$*" >> "${place.folder}/argv.log"\nexec "${place.tools.helm4}" "$@"\n`)
    await chmod(helm, 0o755)
    await mkdir(join(place.folder, 'in'), { recursive: true })
    const values = join(place.folder, 'in', 'mine.yaml')
    await writeFile(values, `# mine\nauth:\n  enabled: true\npostgresql:\n  auth:\n    password: ${inFile}\n`)
    const ended = await place.run(
      ['install', '--rehearse', '--preset', 'prod', '-f', values, '--yes', '--verbose', '--output', format],
      { ...canaries, MLFLOW_SETUP_DATABASE_PASSWORD: undefined, MLFLOW_SETUP_HELM: helm },
    )
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' })
    const written = (await texts(place.folder)).filter(([path]) => path !== values)
    expect(written.some(([path]) => path.endsWith('argv.log'))).toBe(true)
    expect(written.some(([path]) => path.endsWith('mlflow-values.rehearsal.yaml'))).toBe(true)
    for (const canary of [...Object.values(canaries), inFile]) {
      expect(ended.stdout).not.toContain(canary)
      expect(ended.stderr).not.toContain(canary)
      for (const [path, text] of written) expect(text, path).not.toContain(canary)
    }
  },
)
