import { isEmpty } from '../settings/validate.js'
import { knownNames } from './form.js'
import { focusedRow } from './rows.js'
import { placeOf, titleOf } from './steps.js'
import type { Session, StepId } from './types.js'

/** What is asked at a step, as a sentence or a heading. */
export function questionOf(step: StepId): string {
  const questions: Partial<Record<StepId, string>> = {
    cluster: 'Where should MLflow run?',
    preset: 'What should it start from?',
    access: 'How do people reach it?',
    network: 'Network policy: who may call it?',
  }
  return questions[step] ?? titleOf(step)
}

/** `5 of 14`. */
export function placeText(session: Session): string {
  if (session.at === 'deploy') return ''
  const { position, total } = placeOf(session.at, session.resolved.answers)
  return `${position} of ${total}`
}

/** What there is to say about the focused row. */
export interface RowHelp {
  /** What is wrong with its answer; '' when nothing is. */
  problem: string
  /** What it means and what to choose. */
  help: string
  /** A value that Tab takes. */
  suggestion?: string
}

/** Help and problem of the focused row. */
export function helpOf(session: Session): RowHelp {
  const row = focusedRow(session)
  if (!row) return { problem: '', help: '' }
  const { setting } = row
  if (row.kind === 'option') return { problem: '', help: setting.id === 'context' ? '' : setting.help }
  const known = knownNames(setting.id, session)
  const help = known.length > 0 ? `${setting.help} The cluster has: ${known.slice(0, 6).join(', ')}.` : setting.help
  if (row.problem) {
    const { message, suggestion } = row.problem
    return { problem: `Not accepted: ${message}.`, help, ...(suggestion ? { suggestion } : {}) }
  }
  if (row.missing && session.pressed) return { problem: `${setting.title} needs an answer.`, help }
  return { problem: '', help }
}

/** Something beyond the question that a person should know before going on; '' mostly. */
export function adviceOf(session: Session): string {
  const { answers } = session.resolved
  const embedded = ['database.mode', 'artifacts.mode'].filter((id) => answers[id] === 'embedded')
  switch (session.at) {
    case 'cluster':
      if (session.contexts.state === 'failed') return session.contexts.message ?? ''
      return session.contexts.state === 'ready' && session.contexts.items.length === 0
        ? 'There is no cluster: the kubeconfig (KUBECONFIG, else ~/.kube/config) is missing or empty. A rehearsal shows everything without one.'
        : ''
    case 'target': {
      const release = session.target.facts?.release
      return release
        ? `MLflow ${release.appVersion} is there as revision ${release.revision} (${release.status}): this becomes an upgrade, and its answers are offered.`
        : ''
    }
    case 'database':
      return answers.preset === 'prod' && answers['database.mode'] === 'embedded'
        ? 'One instance: a node failure stops MLflow until it is back. External has no such point of failure.'
        : ''
    case 'artifacts':
      return answers.preset === 'prod' && answers['artifacts.mode'] === 'embedded'
        ? 'One instance, one volume: losing it loses the models. An external bucket is safer.'
        : ''
    case 'backup':
      return answers['backup.enabled'] === true && !answers['backup.bucket'] && embedded.includes('artifacts.mode')
        ? 'Backups go to the store in this namespace: they do not survive its loss. Name a bucket elsewhere.'
        : ''
    case 'tls':
      return answers['tls.mode'] === 'none' ? 'Without TLS passwords travel readable.' : ''
    case 'authentication':
      return answers['auth.enabled'] === false ? 'Whoever reaches the server can read and delete everything.' : ''
    case 'network': {
      if (answers['network.enabled'] !== true) return ''
      const nobody = isEmpty(answers['network.clients']) ? 'Nobody inside the cluster may call it yet. ' : ''
      return `${nobody}Example: "threads-agent/app=orchestrator, threads-agent/app=persona-runtime" lets the orchestrator and the persona-runtime of threads-agent log runs, and nobody else.`
    }
    default:
      return ''
  }
}
