import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Result } from '../../src/core/result.js'
import { bin, workplace } from './product.js'

let place: Awaited<ReturnType<typeof workplace>>
beforeAll(async () => (place = await workplace()))
afterAll(() => place.dispose())

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)(
  '%s in the middle of a deploy: exit %i, a result, nothing left in the temporary folder',
  { timeout: 60_000 },
  async (signal, code) => {
    const child = spawn(process.execPath, [bin, 'install', '--rehearse=slow', '--preset', 'dev', '--yes', '--output', 'ndjson'], {
      cwd: place.folder,
      env: place.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const ended = new Promise<number | null>((resolve) => child.on('exit', (exit) => resolve(exit)))
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        output += data.toString()
        if (output.includes('"type":"watching"')) resolve()
      })
      child.on('exit', () => resolve())
    })
    child.kill(signal)
    expect(await ended).toBe(code)
    const last = JSON.parse(output.trim().split('\n').at(-1)!) as { type: string; result: Result }
    expect(last).toMatchObject({ type: 'result', result: { phase: 'interrupted', rehearsal: true } })
    expect(await readdir(join(place.folder, 'temporary'))).toEqual([])
  },
)
