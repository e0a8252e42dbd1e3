import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** Every file that a person's screen or reading can come from. */
async function texts(): Promise<[string, string][]> {
  const files = ['README.md']
  for (const folder of ['src', 'chart', 'presets', 'docs']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    files.push(
      ...entries
        .filter((e) => e.isFile() && !e.name.endsWith('.svg'))
        .map((e) => join(e.parentPath, e.name).slice(root.length + 1)),
    )
  }
  return Promise.all(files.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as [string, string]))
}

/** Words that follow the program's name in plain sentences. */
const words = new Set([
  'the',
  'needs',
  'is',
  'and',
  'takes',
  'authors',
  'does',
  'has',
  'made',
  'with',
  'without',
  'wrote',
  'keeps',
  'can',
])

test('every command that a message, a page or the chart tells to type exists', async () => {
  vi.stubGlobal('__VERSION__', '0.0.0')
  const { buildProgram } = await import('../../src/commands/program.js')
  const known = new Set(buildProgram({} as never, () => {}).commands.map((c) => c.name()))
  const named: string[] = []
  for (const [file, text] of await texts()) {
    for (const [, word] of text.matchAll(/\bmlflow-setup(?:@\S+)? ([a-z]+)\b/g)) {
      if (!words.has(word!) && !known.has(word!)) named.push(`${file}: mlflow-setup ${word}`)
    }
  }
  expect(named).toEqual([])
})
