import type { Milestone, MilestoneState } from '../../../core/health/types.js'
import { lineWidth, span, type LineOf, type Span } from '../line.js'
import type { Glyphs, Tone } from '../theme.js'

const words: Record<MilestoneState, { word: string; tone: Tone }> = {
  ok: { word: ' ok', tone: 'good' },
  running: { word: ' ...', tone: 'accent' },
  failed: { word: ' FAILING', tone: 'bad' },
  waiting: { word: '', tone: 'dim' },
}

/** The line of stages; where it is too long, only from the stage before the one at work on. */
export function milestoneLine(milestones: readonly Milestone[], width: number, glyphs: Glyphs): LineOf {
  const unfinished = milestones.findIndex((m) => m.state !== 'ok')
  const at = unfinished < 0 ? Math.max(0, milestones.length - 1) : unfinished
  for (let from = 0; from <= at; from++) {
    const line = lineFrom(milestones, from, glyphs)
    if (lineWidth(line) <= width || from === at) return line
  }
  return []
}

function lineFrom(milestones: readonly Milestone[], from: number, glyphs: Glyphs): Span[] {
  const skipped: Span[] = from > 0 ? [span(`${from} ok`, 'good'), span(` ${glyphs.arrow} `, 'dim')] : []
  const rest = milestones.slice(from).flatMap((m, i): Span[] => {
    const { word, tone } = words[m.state]
    const name = span(m.label, m.state === 'waiting' ? 'dim' : 'plain', m.state === 'running' || m.state === 'failed')
    return [...(i > 0 ? [span(` ${glyphs.arrow} `, 'dim')] : []), name, span(word, tone, m.state === 'failed')]
  })
  return [span('  '), ...skipped, ...rest]
}
