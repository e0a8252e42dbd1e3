import { isPending, type HelmRelease } from '../plan/release.js'
import { fail, pass, unknown, type Finding } from './finding.js'

/**
 * @param found the release's history, newest first, or why it could not be read
 * @param now epoch milliseconds
 */
export function checkReleaseLock(
  found: { history: readonly HelmRelease[] } | { error: string },
  namespace: string,
  now: number,
): Finding {
  if ('error' in found) return unknown(`Helm's history could not be read: ${found.error}`)
  const [latest] = found.history
  if (latest === undefined) return pass('no release of this name yet: a fresh install')
  if (!isPending(latest)) return pass(`release "${latest.name}" revision ${latest.revision} is ${latest.status}: an upgrade`)
  const minutes = Math.max(0, Math.round((now - latest.updated) / 60_000))
  const evidence = `release "${latest.name}" revision ${latest.revision} is ${latest.status} since ${minutes} min: another Helm runs, or one was killed`
  const good = found.history.find((r) => r.status === 'deployed' || r.status === 'superseded')
  return good
    ? fail(evidence, {
        text: 'If no other Helm is running, go back to the last good revision:',
        command: `helm rollback ${latest.name} ${good.revision} --namespace ${namespace}`,
      })
    : fail(evidence, {
        text: 'If no other Helm is running, remove the unfinished first install (volumes and Secrets stay):',
        command: `helm uninstall ${latest.name} --namespace ${namespace}`,
      })
}
