import { everything, existing, external, preset, type Options } from './render.js'

/** Shapes of a release that general rules are checked on. */
export const scenarios: Record<string, { values: object; options?: Options }> = {
  'chart defaults': { values: existing },
  'dev preset': { values: existing, options: { files: [preset('dev')] } },
  'prod preset': { values: existing, options: { files: [preset('prod')] } },
  everything: { values: everything },
  external: { values: { ...everything, ...external, backup: everything.backup } },
  'without authentication': { values: { ...existing, auth: { enabled: false } } },
  Gunicorn: { values: { ...existing, mlflow: { workers: 2, threads: 4 } } },
  maintenance: { values: { ...everything, maintenance: { enabled: true } } },
  'other release name': { values: everything, options: { release: 'ml-team', namespace: 'team' } },
}
