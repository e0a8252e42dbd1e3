/**
 * Whether a resource version is newer than another one of the same kind. They are whole numbers that only grow
 * (Kubernetes API concepts); for anything else every difference counts as newer.
 */
export function isLater(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined || !/^\d+$/.test(version) || !/^\d+$/.test(than)) return version !== than
  return version.length === than.length ? version > than : version.length > than.length
}
