// Runs a TypeScript file: bundles it into node_modules/.cache and imports the result.
// `node scripts/lib/run-ts.mjs FILE ARGS...`; packages stay imports, our own files are bundled.
import { mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureModules, root } from './setup.mjs'

/**
 * Bundles and imports a TypeScript module.
 * @param {string} file path of the entry, absolute or from the working directory
 * @returns {Promise<object>} what it exports; rejects with the compile error or whatever the module throws
 */
export async function runTs(file) {
  const { build } = await import('esbuild')
  const outdir = join(root, 'node_modules', '.cache', 'mlflow-setup', 'run-ts')
  mkdirSync(outdir, { recursive: true })
  const outfile = join(outdir, `${basename(file).replace(/\.ts$/, '')}-${process.pid}.mjs`)
  const entry = resolve(file)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'error',
    // The bundle lies elsewhere: files beside a source are found by the source's own place.
    define: { 'import.meta.dirname': JSON.stringify(resolve(entry, '..')) },
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    const { rm } = await import('node:fs/promises')
    await rm(outfile, { force: true })
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file, ...args] = process.argv.slice(2)
  if (!file) {
    console.error('usage: node scripts/lib/run-ts.mjs FILE.ts ARGS...')
    process.exit(2)
  }
  ensureModules()
  process.argv = [process.argv[0], resolve(file), ...args]
  await runTs(file)
}
