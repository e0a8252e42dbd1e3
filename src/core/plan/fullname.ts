/** Names of the objects of a release that the installer itself refers to. */
export interface ObjectNames {
  /** Prefix of every object: Deployment and Service have exactly this name. */
  fullname: string
  appSecret: string
  backupSecret: string
  tlsSecret: string
}

/** Longest prefix: the chart cuts there, as names that become labels have 63 characters. */
const longest = 63

/**
 * The chart's own rule (the template `mlflow.fullname`): `fullnameOverride`, or the release's name if it contains the
 * chart's name, else both joined.
 */
export function fullnameOf(release: string, values: Readonly<Record<string, unknown>> = {}): string {
  const cut = (name: string) => name.slice(0, longest).replace(/-+$/, '')
  const { fullnameOverride, nameOverride } = values
  if (typeof fullnameOverride === 'string' && fullnameOverride !== '') return cut(fullnameOverride)
  const name = typeof nameOverride === 'string' && nameOverride !== '' ? nameOverride : 'mlflow'
  return cut(release.includes(name) ? release : `${release}-${name}`)
}

/** Names for a release with these values. */
export function objectNames(release: string, values: Readonly<Record<string, unknown>> = {}): ObjectNames {
  const fullname = fullnameOf(release, values)
  return { fullname, appSecret: `${fullname}-secret`, backupSecret: `${fullname}-backup-key`, tlsSecret: `${fullname}-tls` }
}
