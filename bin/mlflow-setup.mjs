#!/usr/bin/env node
// Kept to syntax that old Node versions parse, so that they say what they lack instead of a SyntaxError.
import module from 'node:module'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write('mlflow-setup needs Node.js 20.12 or newer; this is ' + process.versions.node + '. Install one from https://nodejs.org and run it again.\n')
  process.exit(2)
}
// Node 22.1+ keeps compiled code between runs: a quarter off the start.
if (module.enableCompileCache) module.enableCompileCache()
const { main } = await import('../dist/main.js')
await main(process.argv.slice(2))
