/** Names of the objects of a release that the installer itself refers to. */
export interface ObjectNames {
  /** Prefix of every object: Deployment and Service have exactly this name. */
  fullname: string
  appSecret: string
  backupSecret: string
  /** Keys of a backup bucket elsewhere. */
  backupStoreSecret: string
  tlsSecret: string
}

/** Longest prefix: the chart cuts there, as names that become labels have 63 characters. */
const longest = 63

/**
 * The chart's own rule (the template `mlflow.fullname`): `fullnameOverride`, or the release's name if it contains the
 * chart's name, else both joined.
 */
export function fullnameOf(release: string, values: Readonly<Record<string, unknown>> = {}): string {
  const cut = (name: string) => trimHyphen(name.slice(0, longest))
  const { fullnameOverride, nameOverride } = values
  if (typeof fullnameOverride === 'string' && fullnameOverride !== '') return cut(fullnameOverride)
  const name = typeof nameOverride === 'string' && nameOverride !== '' ? nameOverride : 'mlflow'
  return cut(release.includes(name) ? release : `${release}-${name}`)
}

/** Names for a release with these values (the template `mlflow.name`: the prefix gives way to the suffix). */
export function objectNames(release: string, values: Readonly<Record<string, unknown>> = {}): ObjectNames {
  const fullname = fullnameOf(release, values)
  const named = (suffix: string) => `${trimHyphen(fullname.slice(0, longest - 1 - suffix.length))}-${suffix}`
  return {
    fullname,
    appSecret: named('secret'),
    backupSecret: named('backup-key'),
    backupStoreSecret: named('backup-store'),
    tlsSecret: named('tls'),
  }
}

// Only one, as the template function trimSuffix does.
const trimHyphen = (name: string) => name.replace(/-$/, '')
