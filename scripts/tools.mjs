// Prints where Helm 4, Helm 3 and kubectl for tests are, as JSON; unpacks them when needed.
import { ensureModules, ensureTools } from './lib/setup.mjs'
ensureModules()
console.log(JSON.stringify(await ensureTools(), null, 2))
