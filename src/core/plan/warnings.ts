import { advice } from '../settings/advice.js'
import { settingOf } from '../settings/catalog.js'
import type { Answers } from '../settings/types.js'
import { isAsked } from '../settings/validate.js'

/** What a person should know before the deploy, in words. */
export function planWarnings(answers: Answers): string[] {
  const warnings: string[] = []
  const production = answers.preset === 'prod'
  const ingress = answers['access.mode'] === 'ingress'
  const authenticated = answers['auth.enabled'] !== false
  if (production && answers['database.mode'] !== 'external') {
    warnings.push(
      'the embedded database is one instance: a node failure stops MLflow until it is back. Alternative: an external database',
    )
  }
  if (production && answers['artifacts.mode'] !== 'external') {
    warnings.push(
      'the embedded object store is one instance: without it no artifact can be read or written. Alternative: an external S3 bucket',
    )
  }
  if (answers['backup.enabled'] === true && sameStore(answers)) {
    warnings.push(
      'backups are kept on the same store as the artifacts: what destroys the one destroys the other. Alternative: a backup bucket elsewhere',
    )
  }
  if (production && answers['backup.enabled'] !== true) warnings.push('no backup: what is lost stays lost')
  if (ingress && authenticated && (answers['tls.mode'] ?? 'none') === 'none') {
    warnings.push('no TLS: passwords travel readable between people and the ingress controller')
  }
  if (!authenticated) warnings.push('no authentication: whoever reaches the server can read and delete everything')
  if (answers['database.mode'] === 'external' && answers['database.sslMode'] === 'disable') {
    warnings.push('no TLS to the database: its password and all data travel readable')
  }
  for (const id of advised) {
    const setting = settingOf(id)
    const value = answers[id]
    const word = value === undefined || !isAsked(setting, answers) ? undefined : advice(setting, value, answers)
    if (word !== undefined) warnings.push(`${setting.title.toLowerCase()} ${String(value)}: ${word}`)
  }
  return warnings
}

// Answers whose advice is not said above in the plan's own words.
const advised = ['namespace', 'access.host', 'network.egressCIDRs', 'size.memoryLimit', 'size.imageTag']

function sameStore(answers: Answers): boolean {
  if (answers['backup.endpoint']) return answers['backup.endpoint'] === answers['artifacts.endpoint']
  // A bucket without an endpoint is in the store of the artifacts.
  return answers['artifacts.mode'] !== 'external' || !answers['backup.bucket']
}
