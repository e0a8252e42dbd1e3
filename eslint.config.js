import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import tseslint from 'typescript-eslint'
import importX from 'eslint-plugin-import-x'

// Imports point one way: main -> commands -> flows -> ports <- adapters; ui -> core; everything may import core.
const layers = {
  core: ['core'],
  ports: ['core', 'ports'],
  flows: ['core', 'ports', 'flows'],
  adapters: ['core', 'ports', 'adapters'],
  ui: ['core', 'ui'],
  rehearsal: ['core', 'rehearsal'],
  commands: ['core', 'ports', 'flows', 'adapters', 'ui', 'rehearsal', 'commands'],
}
const zones = Object.entries(layers).flatMap(([layer, allowed]) =>
  Object.keys(layers)
    .filter((other) => !allowed.includes(other))
    .map((other) => ({
      target: `./src/${layer}`,
      from: `./src/${other}`,
      message: `src/${layer} may import only ${allowed.join(', ')}`,
    })),
)

// Sources name each other with `.js`, as Node will find them; on disk they are TypeScript.
const sourceResolver = {
  interfaceVersion: 3,
  name: 'typescript-sources',
  resolve(source, file) {
    if (!source.startsWith('.')) return { found: true, path: null }
    const path = resolve(dirname(file), source)
    const found = [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx'), path].find((candidate) => existsSync(candidate))
    return found ? { found: true, path: found } : { found: false }
  },
}

// The core is pure: it never reads, waits or draws.
const pure = 'src/core is pure: use a port'
const impure = {
  paths: [
    ...['fs', 'path', 'os', 'child_process', 'crypto', 'http', 'https', 'net', 'stream'].map((name) => ({ name, message: pure })),
    ...['react', 'ink', 'execa', 'conf'].map((name) => ({
      name,
      message: 'src/core is pure: this belongs to an adapter or a renderer',
    })),
  ],
  patterns: [{ group: ['node:*', '@kubernetes/*'], message: pure }],
}
const drawing = ['ink', 'react'].map((name) => ({ name, message: 'only src/ui/ink draws with Ink' }))

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'chart/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [sourceResolver] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/core/**'], rules: { 'no-restricted-imports': ['error', impure] } },
  {
    // Ink and client-node are each known to one folder, so that a new major touches one folder.
    files: ['src/**'],
    ignores: ['src/ui/ink/**', 'src/core/**'],
    rules: { 'no-restricted-imports': ['error', { paths: drawing }] },
  },
  { files: ['test/**', 'scripts/**'], rules: { 'no-console': 'off' } },
)
