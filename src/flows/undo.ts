import type { DeployOutcome } from '../core/outcome.js'
import type { Target } from '../core/plan/types.js'
import type { Helm } from '../ports/helm.js'

/**
 * What `--on-failure` asks for, after the cause is known: the evidence is in the outcome before anything is removed.
 * A first install has nothing to go back to, so `rollback` uninstalls it; volumes and Secrets stay in both cases.
 */
export async function undo(
  helm: Helm,
  target: Target,
  action: 'keep' | 'rollback' | 'uninstall',
  outcome: DeployOutcome,
): Promise<DeployOutcome> {
  if (action === 'keep' || !['helm-failed', 'unhealthy', 'smoke-failed'].includes(outcome.ended)) return outcome
  const history = await helm.history(target)
  const good = history.slice(1).find((r) => r.status === 'superseded' || r.status === 'deployed')
  const exit = action === 'rollback' && good ? await helm.rollback(target, good.revision) : await helm.uninstall(target)
  const what =
    action === 'rollback' && good ? `rolled back to revision ${good.revision}` : 'uninstalled, volumes and Secrets kept'
  if (exit.code !== 0) return { ...outcome, detail: `${outcome.detail}; undoing it failed too: ${exit.stderr}` }
  return { ...outcome, ended: 'rolled-back', detail: `${what}, because ${outcome.detail}` }
}
