import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './folders.js'
import { start } from './start.js'
import type { Terminal } from './terminal.js'

const titles = [
  'Where should MLflow run',
  'What should it start from',
  'Prerequisites',
  'Namespace and release',
  'Database',
  'Artifacts',
  'How do people reach it',
  'Authentication',
  'Network policy',
  'Backup',
  'Monitoring and tracing',
  'Size',
  'Review',
]
const titled = (title: string) => (screen: string) =>
  screen.split('\n').some((line) => line.includes(title) && / of 1\d/.test(line))

async function passTo(terminal: Terminal, title: string, from = titles[0]!): Promise<void> {
  for (const step of titles.slice(titles.indexOf(from))) {
    await terminal.until(titled(step), 30_000)
    if (step === title) return
    terminal.send('\r')
  }
}

describe('mlflow-setup --rehearse', () => {
  it('gets from start to "rehearsal passed" with Enter alone at 80x24', { timeout: 120_000 }, async () => {
    const terminal = start(['--rehearse'])
    await passTo(terminal, 'Review')
    await terminal.until('Enter deploys to the simulated cluster', 30_000)
    terminal.send('\r')
    expect(await terminal.until(/POD +STATUS/, 60_000)).toContain('rehearsal: nothing is installed')
    expect(await terminal.exit(90_000)).toBe(0)
    expect(terminal.scrollback()).toContain('Rehearsal passed.')
    expect(terminal.scrollback()).toContain('7 of 7 smoke steps')
    expect(terminal.scrollback()).not.toContain('MLflow is healthy')
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.raw).not.toContain('\x1b[3J')
  })

  it('shows no typed secret in any frame, and remembers none', { timeout: 120_000 }, async () => {
    const cwd = temporaryFolder()
    const canary = 'canary-Frame-77c1'
    const terminal = start(['--rehearse'], { cwd, env: { MLFLOW_SETUP_ADMIN_PASSWORD: canary } })
    await passTo(terminal, 'Authentication')
    // Into the password's field, which shows that there is one, and a few characters typed on top.
    for (let i = 0; i < 3; i++) terminal.send('\x1b[B')
    terminal.send('Zq9typed')
    await passTo(terminal, 'Review', 'Authentication')
    await terminal.until('Enter deploys to the simulated cluster', 30_000)
    terminal.send('d')
    await terminal.until(/full diff|d less|Esc/, 10_000)
    terminal.send('d\r')
    expect(await terminal.exit(90_000)).toBe(0)
    for (const secret of [canary, 'Zq9typed']) {
      expect(terminal.raw).not.toContain(secret)
      expect(await readFile(join(cwd, 'config', 'config.json'), 'utf8')).not.toContain(secret)
      expect(await readFile(join(cwd, 'mlflow-values.rehearsal.yaml'), 'utf8')).not.toContain(secret)
    }
  })

  it('names the cause of a fault, leads back to the answers, and leaves with 6', { timeout: 120_000 }, async () => {
    const terminal = start(['--rehearse=image-not-found'])
    await passTo(terminal, 'Review')
    await terminal.until('Enter deploys', 30_000)
    terminal.send('\r')
    await terminal.until('fix and retry', 90_000)
    expect(terminal.screen()).toMatch(/WHY +.*image/)
    expect(terminal.screen()).toMatch(/DO +\S/)
    terminal.send('f')
    await terminal.until(titled('Review'), 30_000)
    expect(terminal.isAlternate).toBe(false)
    await terminal.until('Enter deploys', 30_000)
    terminal.send('\r')
    await terminal.until('fix and retry', 90_000)
    terminal.send('q')
    expect(await terminal.exit(30_000)).toBe(6)
    expect(terminal.scrollback()).toMatch(/WHY +.*image/)
    expect(terminal.raw).not.toContain('\x1b[3J')
  })

  it('ends at Ctrl-C with 130, before and during a deploy', { timeout: 120_000 }, async () => {
    const early = start(['--rehearse'], { columns: 40, rows: 12 })
    await passTo(early, 'What should it start from')
    early.send('\x03')
    expect(await early.exit(30_000)).toBe(130)
    expect(early.isCursorShown).toBe(true)
    expect(early.scrollback()).toMatch(/nothing was\s+installed/)

    const late = start(['--rehearse'])
    await passTo(late, 'Review')
    await late.until('Enter deploys', 30_000)
    late.send('\r')
    await late.until(/helm|Helm/, 30_000)
    await late.until((screen) => !titled('Review')(screen))
    late.send('\x03')
    await late.until('leave it running')
    late.send('s')
    expect(await late.exit(60_000)).toBe(130)
    expect(late.isCursorShown).toBe(true)
    expect(late.isAlternate).toBe(false)
  })

  it('asks nothing that a flag has answered', { timeout: 60_000 }, async () => {
    const terminal = start(['--rehearse', '--preset', 'prod', '--no-backup'])
    await terminal.until(titled(titles[0]!), 30_000)
    terminal.send('\r')
    await terminal.until(titled('Prerequisites'), 30_000)
    expect(terminal.scrollback()).toMatch(/Preset +prod/)
    await passTo(terminal, 'Network policy', 'Prerequisites')
    terminal.send('\r')
    await terminal.until(titled('Monitoring and tracing'))
    expect(terminal.scrollback()).toMatch(/Backup +off/)
  })

  it('offers the same answers after quitting', { timeout: 60_000 }, async () => {
    const cwd = temporaryFolder()
    const first = start(['--rehearse'], { cwd })
    await passTo(first, 'Namespace and release')
    first.send('\x15team-a\r')
    await first.until(titled('Database'), 30_000)
    first.send('\x03')
    expect(await first.exit(30_000)).toBe(130)
    const second = start(['--rehearse'], { cwd })
    await passTo(second, 'Namespace and release')
    expect(second.screen()).toMatch(/Namespace +team-a +you/)
  })
})

describe('mlflow-setup install --yes', () => {
  it('shows the health watch of a deploy without questions', { timeout: 120_000 }, async () => {
    const terminal = start(['install', '--rehearse', '--preset', 'dev', '--yes'])
    await terminal.until(/POD +STATUS/, 60_000)
    expect(terminal.isAlternate).toBe(true)
    expect(terminal.screen()).toContain('rehearsal: nothing is installed')
    terminal.send('e')
    await terminal.until('Events, newest first')
    expect(await terminal.exit(90_000)).toBe(0)
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.scrollback()).toContain('Rehearsal passed.')
  })
})

describe('mlflow-setup without a cluster', () => {
  it('offers the rehearsal, and says so from then on', { timeout: 60_000 }, async () => {
    const terminal = start([])
    await terminal.until('There is no cluster', 30_000)
    expect(terminal.screen()).not.toContain('rehearsal: nothing is installed')
    terminal.send('\r')
    await terminal.until(titled('What should it start from'), 30_000)
    expect(terminal.screen()).toContain('rehearsal: nothing is installed')
    terminal.send('\x03')
    expect(await terminal.exit(30_000)).toBe(130)
  })
})
