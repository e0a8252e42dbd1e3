import { expect } from 'vitest'
import type { FlowEvent } from '../../../../src/core/events.js'
import { viewHealth } from '../../../../src/core/health/model.js'
import type { Cause, HealthSpec, KubeObject } from '../../../../src/core/health/types.js'
import { spec, start, stateOf } from '../../../fixtures/health/build.js'

export interface Situation {
  objects: KubeObject[]
  more?: FlowEvent[]
  spec?: HealthSpec
}

/** The causes told so many seconds after the start. */
export function causesAt(seconds: number, { objects, more, spec: of }: Situation): Cause[] {
  return viewHealth(stateOf(objects, more, of ?? spec), start + seconds * 1000).causes
}

/** Asserts the one cause that is told at that moment; its parts must contain these texts. */
export function expectCause(
  seconds: number,
  situation: Situation,
  wanted: { code: string; headline: string | RegExp; evidence?: string; remedy?: string; permanent?: boolean },
): Cause {
  const causes = causesAt(seconds, situation)
  expect(causes.map((c) => c.code)).toEqual([wanted.code])
  const [cause] = causes as [Cause]
  expect(cause.headline).toMatch(wanted.headline)
  if (wanted.evidence !== undefined) expect(cause.evidence.join('\n')).toContain(wanted.evidence)
  if (wanted.remedy !== undefined) expect(cause.remedy).toContain(wanted.remedy)
  if (wanted.permanent !== undefined) expect(cause.permanent).toBe(wanted.permanent)
  return cause
}

/** Asserts that nothing is told at that moment. */
export function expectNothing(seconds: number, situation: Situation): void {
  expect(causesAt(seconds, situation)).toEqual([])
}
