import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

/** Output of a tool and its exit code, so that a failure shows what the tool said. */
async function tool(script: string, args: string[]): Promise<{ code: number; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      maxBuffer: 1 << 26,
    })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

test('types are right', { timeout: 180_000 }, async () => {
  expect(await tool('typescript/bin/tsc', ['--noEmit'])).toEqual({ code: 0, output: '' })
})

test('lint is clean, import directions included', { timeout: 180_000 }, async () => {
  expect(await tool('eslint/bin/eslint.js', ['.', '--max-warnings=0'])).toEqual({ code: 0, output: '' })
})

test('lint refuses an import against the direction', { timeout: 180_000 }, async () => {
  const { ESLint } = await import('eslint')
  const eslint = new ESLint({ cwd: root })
  const lint = async (file: string, text: string) =>
    (await eslint.lintText(text, { filePath: join(root, file) }))[0]!.messages.map((m) => m.ruleId)
  expect(
    await lint('src/core/probe.ts', "import { ApiError } from '../ports/cluster.js'\nexport const x = ApiError\n"),
  ).toContain('import-x/no-restricted-paths')
  expect(
    await lint('src/ui/json/probe.ts', "import { deploy } from '../../flows/deploy.js'\nexport const x = deploy\n"),
  ).toContain('import-x/no-restricted-paths')
  expect(await lint('src/core/probe.ts', "import { readFile } from 'node:fs'\nexport const x = readFile\n")).toContain(
    'no-restricted-imports',
  )
  expect(await lint('src/flows/probe.ts', "import { ApiError } from '../ports/cluster.js'\nexport const x = ApiError\n")).toEqual(
    [],
  )
})
