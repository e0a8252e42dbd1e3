import { describe, expect, it } from 'vitest'
import { start } from './start.js'

describe.each([
  ['--accessible', ['--accessible'], {}],
  ['TERM=dumb', [], { TERM: 'dumb' }],
])('questions line by line: %s', (_, flags, env) => {
  it('gets to "rehearsal passed" with Enter, and never moves the cursor', { timeout: 90_000 }, async () => {
    const terminal = start(['--rehearse', ...flags], { columns: 80, rows: 100, env })
    for (const section of [
      'Cluster',
      'Preset',
      'Namespace and release',
      'Database',
      'Artifacts',
      'Access',
      'Authentication',
      'Network policy',
      'Backup',
      'Monitoring and tracing',
      'Size',
    ]) {
      await terminal.until(new RegExp(`^${section}: [\\s\\S]*Enter to keep, c to change: *$`, 'm'), 15_000)
      terminal.send('\r')
    }
    await terminal.until(/Type yes to deploy to rehearsal/, 15_000)
    terminal.send('yes\r')
    expect(await terminal.exit(60_000)).toBe(0)
    expect(terminal.scrollback()).toContain('Rehearsal passed')
    expect(terminal.raw).not.toContain('\x1b')
  })
})

it('Ctrl-C while asking: nothing was touched, 130', { timeout: 30_000 }, async () => {
  const terminal = start(['--rehearse', '--accessible'])
  await terminal.until(/Enter to keep/, 15_000)
  terminal.send('\x03')
  expect(await terminal.exit(15_000)).toBe(130)
  expect(terminal.scrollback()).toContain('nothing was touched')
})
