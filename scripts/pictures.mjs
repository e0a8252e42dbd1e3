// Draws the README's pictures from a real run: the wizard on a pseudo-terminal against the simulated cluster, its
// screens as SVG. `node scripts/pictures.mjs` writes docs/pictures/.
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ensureBuilt, ensureModules, ensureTools, root } from './lib/setup.mjs'
import { drawScreen } from './lib/svg.mjs'

ensureModules()
ensureBuilt()
const tools = await ensureTools()
const out = join(root, 'docs', 'pictures')
mkdirSync(out, { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'mlflow-setup-pictures-'))
const env = {
  PATH: `${tools.bin}${delimiter}${process.env.PATH}`,
  HOME: folder,
  TERM: 'xterm-256color',
  LANG: 'en_US.UTF-8',
  MLFLOW_SETUP_CONFIG_DIR: join(folder, 'config'),
}

/** Runs the product in a terminal of this size and hands it to `script`. */
async function session(args, size, script) {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true, scrollback: 500 })
  const child = pty.spawn(process.execPath, [join(root, 'bin', 'mlflow-setup.mjs'), ...args], { ...size, cwd: folder, env })
  const ended = new Promise((resolve) => child.onExit(resolve))
  child.onData((data) => terminal.write(data))
  const text = () => {
    const buffer = terminal.buffer.active
    return Array.from(
      { length: terminal.rows },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '',
    ).join('\n')
  }
  const until = async (pattern, limit = 60_000) => {
    const deadline = Date.now() + limit
    while (!pattern.test(text())) {
      if (Date.now() > deadline) throw new Error(`waited for ${pattern}, the screen is:\n${text()}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const press = async (key, next) => {
    child.write(key)
    await until(next)
  }
  const draw = (name, title) => writeFileSync(join(out, `${name}.svg`), drawScreen(terminal, title))
  try {
    await script({ text, until, press, draw })
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

const enter = '\r'
try {
  await session(
    [
      '--rehearse',
      '--host',
      'mlflow.example.com',
      '--tls',
      'cert-manager',
      '--tls-issuer',
      'letsencrypt',
      '--ingress-namespace',
      'traefik',
      '--client',
      'threads-agent/app=orchestrator',
    ],
    { cols: 92, rows: 32 },
    async ({ text, until, press, draw }) => {
      await until(/Where should MLflow run/)
      await press(enter, /What should it start from/)
      await press('\x1b[B', /› ○ prod/)
      await press(enter, /Prerequisites/)
      await until(/All fine|Enter go on/)
      draw('prerequisites', 'Prerequisites, each with what was seen')
      // Every question has its place in the corner: go on until the last one, the review.
      for (;;) {
        const place = text().match(/(\d+) of (\d+)/)
        if (place[1] === place[2]) break
        await press(enter, new RegExp(`(?!${place[0]}\\b)\\b\\d+ of ${place[2]}`))
      }
      await until(/Enter deploys/)
      draw('review', 'Review: every answer with the layer that it came from, and what changes in the values')
      await press(enter, /progressing|READY/)
      await until(/Init 0\/1/)
      await until(/S ok R ok L ok/)
      draw('watch', 'Health watch: milestones, pods and probes while the release gets healthy')
    },
  )
  await session(
    ['install', '--rehearse=image-not-found', '--preset', 'dev', '--yes'],
    { cols: 92, rows: 26 },
    async ({ until, draw }) => {
      await until(/WHY/)
      draw('cause', 'Health watch: the root cause and what to do')
    },
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
