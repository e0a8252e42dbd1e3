import { accessSettings, authenticationSettings, tlsSettings } from './catalog/access.js'
import { artifactSettings } from './catalog/artifacts.js'
import { backupSettings } from './catalog/backup.js'
import { databaseSettings } from './catalog/database.js'
import { monitoringSettings, networkSettings } from './catalog/operation.js'
import { placeSettings } from './catalog/place.js'
import { sizeSettings } from './catalog/size.js'
import type { SectionId, Setting } from './types.js'

/** Every setting, in the order in which the wizard asks. */
export const catalog: readonly Setting[] = [
  ...placeSettings,
  ...databaseSettings,
  ...artifactSettings,
  ...accessSettings,
  ...tlsSettings,
  ...authenticationSettings,
  ...networkSettings,
  ...backupSettings,
  ...monitoringSettings,
  ...sizeSettings,
]

/** The sections with their headings, in order. */
export const sections: readonly { id: SectionId; title: string }[] = [
  { id: 'cluster', title: 'Cluster' },
  { id: 'preset', title: 'Preset' },
  { id: 'target', title: 'Namespace and release' },
  { id: 'database', title: 'Database' },
  { id: 'artifacts', title: 'Artifacts' },
  { id: 'access', title: 'Access' },
  { id: 'tls', title: 'TLS' },
  { id: 'authentication', title: 'Authentication' },
  { id: 'network', title: 'Network policy' },
  { id: 'backup', title: 'Backup' },
  { id: 'monitoring', title: 'Monitoring and tracing' },
  { id: 'size', title: 'Size' },
]

const byId = new Map(catalog.map((setting) => [setting.id, setting]))

/** The setting of that id. @throws Error for an unknown id: a mistake in the program */
export function settingOf(id: string): Setting {
  const setting = byId.get(id)
  if (!setting) throw new Error(`no setting has the id ${id}`)
  return setting
}

/** Settings of one section, in order. */
export function settingsIn(section: SectionId): Setting[] {
  return catalog.filter((setting) => setting.section === section)
}

/** Environment variable of a setting: `MLFLOW_SETUP_DATABASE_HOST`. */
export function envName(setting: Setting): string {
  return `MLFLOW_SETUP_${setting.flag.toUpperCase().replace(/-/g, '_')}`
}

/**
 * How flags of a setting are typed, without values: `--host`, `--backup` and `--no-backup`. A secret is never an
 * argument (process lists show those): it is read from the file that `--<flag>-file` names.
 */
export function flagNames(setting: Setting): string[] {
  if (setting.kind === 'secret') return [`--${setting.flag}-file`]
  return setting.kind === 'toggle' ? [`--${setting.flag}`, `--no-${setting.flag}`] : [`--${setting.flag}`]
}
