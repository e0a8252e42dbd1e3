// Writes docs/settings.md and the README's table of presets from the catalog of settings, the presets and the schema.
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
const { createFiles, loadChart, presetTable, settingsPage } = await import(pathToFileURL(outfile).href)
const files = createFiles()
const chart = await loadChart(files, root)
await files.write(join(root, 'docs', 'settings.md'), settingsPage(chart))
const readme = join(root, 'README.md')
const marks = /(<!-- presets -->\n)[\s\S]*?(<!-- \/presets -->)/
await files.write(readme, (await files.read(readme)).replace(marks, `$1${presetTable(chart)}$2`))
