// Builds the published form: one split bundle, no runtime dependencies, notices of what it carries.
import { build } from 'esbuild'
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './lib/setup.mjs'

const out = join(root, 'dist.new')
const require = createRequire(import.meta.url)
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
rmSync(out, { recursive: true, force: true })

const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.12',
  jsx: 'automatic',
  minify: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  chunkNames: 'chunk-[hash]',
  // Without it React's development reconciler runs, and Ink looks for its developer tools.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', __VERSION__: JSON.stringify(version) },
  external: ['react-devtools-core'],
  // Bundled code is no longer under node_modules, so Node's own `punycode` would print a deprecation into the screen.
  alias: existsSync(join(root, 'node_modules/punycode'))
    ? { punycode: join(dirname(require.resolve('punycode/')), 'punycode.js') }
    : {},
  // CommonJS packages inside an ES module bundle need a `require`.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
})

writeFileSync(join(out, 'third-party-notices.txt'), notices(Object.keys(result.metafile.inputs)))
rmSync(join(root, 'dist'), { recursive: true, force: true })
renameSync(out, join(root, 'dist'))

/** Name, version, licence name and licence text of every package that is inside the bundle. */
function notices(inputs) {
  const packages = new Set()
  for (const input of inputs) {
    const parts = input.split('node_modules/')
    if (parts.length < 2) continue
    const inner = parts.at(-1).split('/')
    const name = inner[0].startsWith('@') ? inner.slice(0, 2).join('/') : inner[0]
    packages.add(join(root, parts.slice(0, -1).join('node_modules/'), 'node_modules', name))
  }
  return [...packages]
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) }))
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name))
    .map(({ dir, manifest }) => {
      const file = readdirSync(dir).find((f) => /^licen[cs]e/i.test(f))
      return `${manifest.name} ${manifest.version}\nLicence: ${manifest.license ?? 'see below'}\n\n${file ? readFileSync(join(dir, file), 'utf8').trim() : ''}\n`
    })
    .join(`\n${'-'.repeat(72)}\n\n`)
}
