import { sections, settingsIn } from '../settings/catalog.js'
import type { Answers, LayerSource, SectionId, Setting } from '../settings/types.js'
import { isAsked, isEmpty, validateAnswer } from '../settings/validate.js'
import type { Session, StepId } from './types.js'

/** All steps in order: the sections of the catalog, the prerequisites before the first answer that depends on the cluster, the review. */
export const stepOrder: readonly StepId[] = sections
  .map((s) => s.id)
  .flatMap((id): StepId[] => (id === 'target' ? ['prerequisites', id] : [id]))
  .concat('review')

const titles = new Map<StepId, string>([
  ...sections.map((s) => [s.id, s.title] as const),
  ['prerequisites', 'Prerequisites'],
  ['review', 'Review'],
])

/** A step's heading. */
export const titleOf = (step: StepId): string => titles.get(step) ?? step

/** Whether a step is one of questions. */
export const isSection = (step: StepId | 'deploy'): step is SectionId => sections.some((s) => s.id === step)

/** The settings of a section that mean anything with these answers. */
export function askedIn(section: SectionId, answers: Answers): Setting[] {
  return settingsIn(section).filter((setting) => isAsked(setting, answers))
}

/** Whether there is anything to see: a section all of whose settings are ruled out is left out (TLS without a host). */
export function applies(step: StepId, answers: Answers): boolean {
  return !isSection(step) || askedIn(step, answers).length > 0
}

const givenBefore = new Set<LayerSource>(['file', 'env', 'flag'])

/**
 * Whether a section was answered by flag, environment or file: its first question was, and nothing that is needed is
 * missing or wrong. Such a section is not asked, unless one goes to it.
 */
export function isGiven(step: StepId, session: Pick<Session, 'resolved'>): boolean {
  if (!isSection(step)) return false
  const { answers, provenance } = session.resolved
  const [main, ...rest] = askedIn(step, answers)
  const source = main && provenance[main.id]?.source
  return source !== undefined && givenBefore.has(source) && [main!, ...rest].every((setting) => isFine(setting, answers))
}

/** Whether a setting's answer may stand. */
export function isFine(setting: Setting, answers: Answers): boolean {
  const value = answers[setting.id]
  if (isEmpty(value)) return !(setting.required?.(answers) ?? false)
  return validateAnswer(setting, value!, answers) === null
}

/** The next step on the way forward, questions that were given left out. */
export function nextStep(from: StepId, session: Pick<Session, 'resolved'>): StepId {
  const rest = stepOrder.slice(stepOrder.indexOf(from) + 1)
  return rest.find((s) => applies(s, session.resolved.answers) && !isGiven(s, session)) ?? 'review'
}

/** The steps that are passed over on the way to `to`: their answers still deserve a line. */
export function passedOver(from: StepId, to: StepId, answers: Answers): StepId[] {
  return stepOrder.slice(stepOrder.indexOf(from) + 1, stepOrder.indexOf(to)).filter((s) => applies(s, answers))
}

/** The step before, given ones included; undefined at the first. */
export function previousStep(from: StepId, answers: Answers): StepId | undefined {
  return stepOrder
    .slice(0, stepOrder.indexOf(from))
    .reverse()
    .find((s) => applies(s, answers))
}

/** Place of a step among those that apply: `{position: 5, total: 14}`. */
export function placeOf(step: StepId, answers: Answers): { position: number; total: number } {
  const all = stepOrder.filter((s) => applies(s, answers))
  return { position: all.indexOf(step) + 1, total: all.length }
}
