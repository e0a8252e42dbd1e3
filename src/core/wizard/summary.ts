import { elapsedOf, healthOf, runningStage, type DeployModel } from '../deploy/model.js'
import { exitCodes } from '../exit-codes.js'
import { smokeSteps } from '../smoke/steps.js'
import type { Cause } from '../health/types.js'
import { causeText } from '../text/cause-text.js'
import { briefEvidence } from './evidence.js'
import { nextSteps } from '../text/next-steps.js'
import { formatDuration } from '../text/duration.js'
import { clip } from '../text/width.js'

/** What stays on the terminal when the interface is left: at most 15 lines, each can stand alone. */
export function summaryOf(model: DeployModel, code: number): string[] {
  const { result, spec } = model
  if (code === exitCodes.interrupted) return interruptedSummary(model)
  if (!result) return leftSummary(model)
  const lines = result.exitCode === exitCodes.healthy ? doneSummary(model) : failedSummary(model)
  const all = spec.rehearsal ? [...lines, '', '  rehearsal: nothing is installed'] : lines
  return all.slice(0, maxLines)
}

const maxLines = 15

/** The sentence of the end: success, and what proves it. */
export function headlineOf(model: DeployModel): string {
  const { result, smoke, spec } = model
  const proof = smoke.length > 0 ? `, ${smoke.filter((s) => s.ok).length} of ${smokeSteps.length} smoke steps` : ''
  const message = spec.rehearsal ? 'Rehearsal passed.' : (result?.message ?? 'MLflow is healthy.')
  return `${message}  ${formatDuration(elapsedOf(model))}${proof}`
}

function doneSummary(model: DeployModel): string[] {
  const { result, spec } = model
  const steps = result ? nextSteps({ ...result, rehearsal: spec.rehearsal }) : []
  return ['', `  ${headlineOf(model)}`, '', ...steps.map(([name, text]) => field(name, text))]
}

function failedSummary(model: DeployModel): string[] {
  const { result } = model
  const cause = result?.causes[0]
  const lines = ['', `  ${shortMessage(result?.message ?? '', cause)}`]
  if (cause) lines.push('', ...briefCause(cause))
  if (result?.valuesFile) lines.push('', field('Values', result.valuesFile))
  return lines
}

/** The message without the cause that follows it on its own line. */
function shortMessage(message: string, cause: Cause | undefined): string {
  const at = cause ? message.indexOf(cause.headline) : -1
  return at <= 0 ? message : message.slice(0, at).replace(/[:\s]*$/, '.')
}

const longestEvidence = 200

/** A cause with what tells most of its evidence: what was seen first, and the last lines of a log. */
function briefCause(cause: Cause): string[] {
  return causeText({ ...cause, evidence: briefEvidence(cause).map((line) => clip(line, longestEvidence)) })
}

/** Left while it was at work: how it stands, and how to come back. */
function leftSummary(model: DeployModel): string[] {
  const { phase, causes } = healthOf(model)
  const lines = ['', `  ${releaseOf(model)}: ${phase === 'healthy' ? 'healthy' : phase}.`]
  return [...lines, ...(causes[0] ? briefCause(causes[0]) : []), ...again(model)]
}

function interruptedSummary(model: DeployModel): string[] {
  const stage = runningStage(model)?.stage
  const words = {
    preflight: 'during the prerequisites: nothing was changed',
    secrets: 'while Secrets were made: they are kept',
    helm: 'while Helm was at work',
    rollout: 'while pods were starting: they go on',
    smoke: 'during the smoke test: the release is installed',
    done: '',
  }
  const state = model.result?.phase === 'interrupted' ? model.result.message : stage ? `Left ${words[stage]}.` : 'Left.'
  return [
    '',
    `  ${model.spec.rehearsal ? 'Rehearsal left: nothing was installed.' : state}`,
    ...(stage === 'preflight' ? [] : again(model)),
  ]
}

const releaseOf = ({ spec }: DeployModel) => `${spec.release} in ${spec.context} / ${spec.namespace}`

function again({ spec }: DeployModel): string[] {
  if (spec.rehearsal) return []
  return [`  Look again: mlflow-setup watch --context ${spec.context} --namespace ${spec.namespace} --release ${spec.release}`]
}

const field = (name: string, text: string) => `    ${name.padEnd(10)} ${text}`
