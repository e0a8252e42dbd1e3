// Writes docs/settings.md from the catalog of settings, the presets and the chart's schema.
import { build } from 'esbuild'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './lib/setup.mjs'

// The sources are TypeScript: they are bundled to where packages are still found from.
const outfile = join(root, 'node_modules', '.cache', 'mlflow-setup', 'gen-docs.mjs')
await build({
  absWorkingDir: root,
  stdin: {
    contents: [
      "export * from './src/core/settings/reference.js'",
      "export * from './src/flows/load-chart.js'",
      "export * from './src/adapters/files/files.js'",
    ].join('\n'),
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
})
const { createFiles, loadChart, settingsPage } = await import(pathToFileURL(outfile).href)
const files = createFiles()
await files.write(join(root, 'docs', 'settings.md'), settingsPage(await loadChart(files, root)))
