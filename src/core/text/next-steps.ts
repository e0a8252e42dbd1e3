import type { Result } from '../result.js'
import { shellWord } from './shell.js'

/**
 * What a person does after a deploy, as name and text: how to open it, log in, look again; where the values are.
 * After a rehearsal there is nothing to reach, only the command that does it for real.
 */
export function nextSteps(result: Result): [name: string, text: string][] {
  const steps: [string, string][] = []
  const { access, target, valuesFile } = result
  if (result.phase === 'healthy' && result.rehearsal) {
    if (valuesFile) steps.push(['For real', `mlflow-setup install --values ${shellWord(valuesFile)} --yes`])
  } else if (result.phase === 'healthy' && access && target) {
    const place = [
      `--context ${shellWord(target.context)}`,
      `-n ${target.namespace}`,
      ...(target.release === 'mlflow' ? [] : [`--release ${target.release}`]),
    ].join(' ')
    if (access.portForward) steps.push(['Reach', access.portForward])
    steps.push(['Open', access.url])
    if (access.showPassword) steps.push(['Log in', access.username ?? 'admin'], ['Password', access.showPassword])
    steps.push(['Python', `export MLFLOW_TRACKING_URI=${access.url}`])
    for (const [i, command] of ['status', 'test', 'watch'].entries())
      steps.push([i === 0 ? 'Next' : '', `mlflow-setup ${command} ${place}`])
  }
  if (valuesFile) steps.push(['Values', valuesFile])
  return steps
}
