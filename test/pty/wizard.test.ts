import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundleFixture } from './bundle.js'
import { temporaryFolder } from './folders.js'
import { Terminal, type TerminalOptions } from './terminal.js'

let program = ''
const open: Terminal[] = []

beforeAll(async () => {
  program = await bundleFixture('wizard')
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.dispose()))
})

function start(options: object = {}, terminal: TerminalOptions = {}): Terminal {
  const started = new Terminal(process.execPath, [program, JSON.stringify(options)], terminal)
  open.push(started)
  return started
}

const enter = '\r'
const escape = '\x1b'
const down = '\x1b[B'
const ctrlC = '\x03'
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
/** The line of a title: receipts of the same name have no place beside them. */
const titled = (title: string) => (screen: string) =>
  screen.split('\n').some((line) => line.includes(title) && / of 1\d/.test(line))

describe('the wizard in a terminal', () => {
  it('goes from start to "rehearsal passed" with Enter alone', async () => {
    const terminal = start({ rehearsal: true })
    for (const title of titles) {
      await terminal.until(titled(title))
      expect(terminal.screen()).toContain('rehearsal: nothing is installed')
      terminal.send(enter)
    }
    expect(await terminal.exit()).toBe(0)
    const text = terminal.scrollback()
    expect(text).toContain('Rehearsal passed.')
    expect(text).not.toContain('MLflow is healthy')
    expect(text).toContain('7 of 7 smoke steps')
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.raw).not.toContain('\x1b[3J')
  })

  it('goes back from each step with Esc, to the very first', async () => {
    const terminal = start()
    for (const title of titles.slice(0, -1)) {
      await terminal.until(titled(title))
      terminal.send(enter)
    }
    for (const title of [...titles].reverse().slice(0, -1)) {
      await terminal.until(titled(title))
      terminal.send(escape)
    }
    await terminal.until(titled(titles[0]!))
  })

  it('ends with 130 at Ctrl-C, the cursor shown and one sentence', async () => {
    const terminal = start()
    await terminal.until(titled(titles[0]!))
    terminal.send(enter)
    await terminal.until(titled(titles[1]!))
    expect(terminal.isCursorShown).toBe(false)
    terminal.send(ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.screen()).toContain('Nothing was installed')
    expect(terminal.screen()).not.toContain('Ctrl-C quit')
    expect(terminal.raw).toContain('\x1b[?2004l')
  })

  it.each(['SIGTERM', 'SIGHUP'])('gives the terminal back on %s', async (signal) => {
    const terminal = start({ scenario: 'rolling' })
    await passTo(terminal, 'Review')
    terminal.send(enter)
    await terminal.until('mlflow-postgresql-0')
    expect(terminal.isAlternate).toBe(true)
    process.kill(terminal.pid, signal)
    expect(await terminal.exit()).toBe(143)
    expect(terminal.isCursorShown).toBe(true)
    expect(terminal.isAlternate).toBe(false)
  })

  it('offers the same answers after quitting', async () => {
    const memory = join(temporaryFolder(), 'memory.json')
    const first = start({ memory })
    await passTo(first, 'Namespace and release')
    first.send('\x15team-a')
    await first.until('team-a')
    first.send(enter)
    await first.until(titled('Database'))
    first.send(ctrlC)
    expect(await first.exit()).toBe(130)
    const second = start({ memory })
    await passTo(second, 'Namespace and release')
    expect(second.screen()).toMatch(/Namespace +team-a/)
  })

  it('shows the first frame soon', async () => {
    const begun = performance.now()
    const terminal = start()
    await terminal.until(titled(titles[0]!))
    expect(performance.now() - begun).toBeLessThan(3000)
  })
})

describe('typing', () => {
  it('takes backspace, word keys and paste, and says why a text is refused', async () => {
    const terminal = start()
    await passTo(terminal, 'Namespace and release')
    terminal.send('\x15Team_')
    await terminal.until('Not accepted')
    terminal.send('\t')
    await terminal.until(/Namespace +team/)
    terminal.send('\x7f\x7f\x7f\x7f')
    terminal.send('\x1b[200~ml\r\n\x1b[201~')
    await terminal.until(/Namespace +ml(?!\w)/)
    expect(terminal.raw).not.toContain('200~ml')
    terminal.send(enter)
    await terminal.until(titled('Database'))
    expect(terminal.screen()).toContain('ml, release mlflow')
  })

  it('never shows a secret, nor its length', async () => {
    const terminal = start()
    await passTo(terminal, 'Authentication')
    terminal.send(`${down}${down}`)
    await terminal.until('typed text is not shown')
    terminal.send('correct horse battery staple')
    await terminal.until('********')
    terminal.send(enter)
    await terminal.until(titled('Network policy'))
    expect(terminal.raw).not.toContain('horse')
    expect(terminal.raw).not.toContain('*********')
    expect(terminal.screen()).toContain('admin password typed')
  })
})

describe('sizes', () => {
  it.each([
    [80, 24],
    [40, 12],
    [200, 50],
  ])('keeps every frame below the screen at %ix%i', async (columns, rows) => {
    const terminal = start({ scenario: 'blocked' }, { columns, rows })
    const heights: number[] = []
    await terminal.until(titled('Where should'))
    terminal.send(`${down}${down}`).send('\x1b[A\x1b[A')
    for (const title of ['Where should', 'What should', 'Prerequisites']) {
      await terminal.until(titled(title))
      heights.push(frameHeight(terminal))
      terminal.send(enter)
    }
    await terminal.until(/FAIL/)
    await terminal.until(/solve/)
    heights.push(frameHeight(terminal))
    expect(Math.max(...heights)).toBeLessThan(rows)
    expect(terminal.raw).not.toContain('\x1b[3J')
    for (const line of terminal.lines()) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('works from question to answer at 40x12', async () => {
    const terminal = start({ rehearsal: true }, { columns: 40, rows: 12 })
    for (let i = 0; i < titles.length; i++) {
      await terminal.until(titled(titles[i]!.slice(0, 20)))
      terminal.send(enter)
    }
    expect(await terminal.exit()).toBe(0)
    expect(terminal.scrollback()).toContain('Rehearsal passed.')
    expect(terminal.raw).not.toContain('\x1b[3J')
  })

  it('leaves one question on the screen when the window changes', async () => {
    const terminal = start({}, { columns: 120, rows: 40 })
    await passTo(terminal, 'Database')
    for (const [columns, rows] of [
      [80, 24],
      [50, 14],
      [40, 12],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows)
      const place = await terminal.until((screen) =>
        screen
          .split('\n')
          .some((line) => line.includes('Database') && line.trimEnd().endsWith(' of 13') && line.trimEnd().length >= columns - 3),
      )
      expect(place.split('\n').filter((line) => line.includes(' of 13'))).toHaveLength(1)
    }
    expect(terminal.raw).not.toContain('\x1b[3J')
    expect(
      terminal
        .scrollback()
        .split('\n')
        .filter((line) => line.startsWith('  Preset ')),
    ).toHaveLength(1)
  })

  it('draws the health watch anew at any size, and leaves nothing of it behind', async () => {
    const terminal = start({ scenario: 'image' }, { columns: 100, rows: 30 })
    await passTo(terminal, 'Review')
    terminal.send(enter)
    await terminal.until('FAILING')
    for (const [columns, rows] of [
      [60, 20],
      [40, 12],
      [160, 45],
    ] as const) {
      terminal.resize(columns, rows)
      const screen = await terminal.until(
        (text) => text.includes('WHY') && text.split('\n')[0]!.length <= columns && text.includes('logs'),
      )
      expect(screen.split('\n').filter((line) => line.includes('kind-test / mlflow'))).toHaveLength(1)
    }
    terminal.send(ctrlC)
    await terminal.until('leave it running')
    terminal.send(ctrlC)
    expect(await terminal.exit()).toBe(130)
    expect(terminal.scrollback()).not.toContain('WORKLOAD')
    expect(terminal.scrollback()).toContain('Left while')
    expect(terminal.raw).not.toContain('\x1b[3J')
  })
})

describe('looks', () => {
  it('uses no colour with NO_COLOR', async () => {
    const terminal = start({}, { env: { NO_COLOR: '1' } })
    await passTo(terminal, 'Database')
    expect(terminal.raw).not.toMatch(/\x1b\[(3[0-7]|9[0-7]|38;)/)
    const coloured = start()
    await passTo(coloured, 'Database')
    expect(coloured.raw).toMatch(/\x1b\[36m/)
  })

  it('is ASCII where the terminal asks for it', async () => {
    const terminal = start({ scenario: 'rolling' }, { env: { MLFLOW_SETUP_ASCII: '1' } })
    await passTo(terminal, 'Review')
    terminal.send(enter)
    await terminal.until('mlflow-postgresql-0')
    expect(terminal.raw).not.toMatch(/[^\x00-\x7f]/)
  })

  it('writes nothing while nothing changes', async () => {
    const terminal = start()
    await terminal.until(titled(titles[0]!))
    await terminal.until('Kubernetes v1.35.0')
    const written = terminal.raw.length
    // A second key that changes nothing is the clock here: once it is answered, all before it has been drawn.
    terminal.send('x').send(escape)
    await terminal.until('first question')
    const answered = terminal.raw.slice(written)
    expect(answered.split('Where should MLflow run').length - 1).toBe(1)
  })
})

async function passTo(terminal: Terminal, title: string): Promise<void> {
  for (const step of titles) {
    await terminal.until(titled(step))
    if (step.startsWith(title)) return
    terminal.send(enter)
  }
}

/** Rows from the first line of the question to its last: receipts above are not part of the frame. */
function frameHeight(terminal: Terminal): number {
  const lines = terminal.screen().split('\n')
  const first = lines.findIndex((line) => / of 1\d/.test(line))
  return lines.length - Math.max(0, first)
}
