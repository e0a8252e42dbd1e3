import { elapsedOf, healthOf, runningStage } from '../../../core/deploy/model.js'
import type { HealthView } from '../../../core/health/types.js'
import { formatClock, formatDuration } from '../../../core/text/duration.js'
import { wrapText } from '../../../core/text/width.js'
import { briefEvidence } from '../../../core/wizard/evidence.js'
import type { WatchState } from '../../../core/wizard/watch-types.js'
import { canRollBack } from '../../../core/wizard/watch.js'
import { Frame, widthFor, type FrameParts, type Hint, type Size } from '../frame.js'
import { blank, clipLine, lineWidth, span, spread, type LineOf, type Span } from '../line.js'
import { useTheme, type Glyphs, type Tone } from '../theme.js'
import { rehearsalWords } from './header.js'
import { milestoneLine } from './milestones.js'
import { panelLines } from './panels.js'
import { stageLines } from './stages.js'
import { podTable } from './table.js'

/** The health watch: what is on its way, what is wrong and why, what to do next. */
export function WatchScreen({ watch, size, notice }: { watch: WatchState; size: Size; notice?: string }) {
  const { glyphs } = useTheme()
  return <Frame parts={watchParts(watch, size, glyphs, notice)} size={size} />
}

/** The parts of the watch screen. */
export function watchParts(watch: WatchState, size: Size, glyphs: Glyphs, notice?: string): FrameParts {
  const width = widthFor(size)
  const view = healthOf(watch.model)
  const body = bodyOf(watch, view, size, glyphs)
  return {
    header: [...titleLines(watch, view, width, glyphs), milestoneLine(view.milestones, width, glyphs)],
    body,
    scroll: watch.offset,
    below: watch.panel === 'none' || watch.asking ? below(watch, view, width, notice) : [],
    hints: hints(watch),
  }
}

function titleLines({ model, mode }: WatchState, view: HealthView, width: number, glyphs: Glyphs): LineOf[] {
  const { spec } = model
  const place = `${spec.context} / ${spec.namespace}${spec.revision ? `  revision ${spec.revision}` : ''}`
  const stale =
    view.staleSince === undefined
      ? []
      : [span(`no word from the API for ${formatDuration(model.now - view.staleSince)}  `, 'bad', true)]
  const time = mode === 'watch' ? [] : [span(formatClock(elapsedOf(model)))]
  const usual = spec.usualMs && width >= 70 ? [span(`  usual ${formatDuration(spec.usualMs)}`, 'dim')] : []
  const right: Span[] = [...stale, ...time, ...usual, span('  '), phaseSpan(model, view)]
  const left = [span('  '), span(spec.release, 'plain', true), span(`  ${place}`)]
  const rehearsal = spec.rehearsal ? [span(`  ${rehearsalWords}`, 'warn')] : []
  // Which cluster it is must be readable at any width: then the state gets a line of its own.
  if (lineWidth(left) + lineWidth(right) + 2 <= width) {
    return [spread(left, right, width, glyphs.ellipsis), ...(spec.rehearsal ? [rehearsal] : [])]
  }
  const state = [
    span('  '),
    ...right.filter((s) => s.text.trim() !== '').flatMap((s) => [{ ...s, text: s.text.trim() }, span('  ')]),
  ]
  if (!spec.rehearsal) return [clipLine(left, width, glyphs.ellipsis), state]
  const isBoth = lineWidth(state) + lineWidth(rehearsal) <= width
  return [clipLine(left, width, glyphs.ellipsis), ...(isBoth ? [[...rehearsal, ...state]] : [rehearsal, state])]
}

function phaseSpan({ result, spec }: WatchState['model'], { phase, milestones }: HealthView): Span {
  if (result)
    return result.exitCode === 0
      ? span('done', 'good', true)
      : span(result.phase === 'rolled-back' ? 'ROLLED BACK' : 'FAILED', 'bad', true)
  if (phase === 'failed' || milestones.some((m) => m.state === 'failed')) return span('FAILING', 'bad', true)
  if (phase === 'stalled') return span('STALLED', 'bad', true)
  // Nothing runs in a rehearsal: it is never called healthy.
  return phase === 'healthy' ? span(spec.rehearsal ? 'all ready' : 'healthy', 'good', true) : span(phase, 'accent')
}

function bodyOf(watch: WatchState, view: HealthView, size: Size, glyphs: Glyphs): LineOf[] {
  const width = widthFor(size)
  if (watch.panel !== 'none') return panelLines(watch, width, glyphs)
  const stage = runningStage(watch.model)?.stage
  const isBeforePods =
    stage === 'preflight' || stage === 'secrets' || (view.pods.length === 0 && view.workloads.every((row) => row.ready === 0))
  if (isBeforePods && watch.mode === 'deploy') return stageLines(watch.model, width, glyphs)
  const table = podTable(view, width, glyphs)
  if (stage !== 'smoke' && watch.model.smoke.length === 0) return table
  const smoke = stageLines(watch.model, width, glyphs)
  // Where not both have room, what moves comes first.
  return table.length + smoke.length + 8 <= size.rows ? [...table, blank, ...smoke] : [...smoke, blank, ...table]
}

function below(watch: WatchState, view: HealthView, width: number, notice: string | undefined): LineOf[] {
  if (watch.asking) return question(watch, width)
  const lines: LineOf[] = []
  const { result, notes } = watch.model
  const cause = result?.causes[0] ?? view.causes[0]
  const say = (label: string, text: string, tone: Tone, from: Tone = tone) =>
    wrapText(text, width - 9).forEach((line, i) =>
      lines.push([span(`  ${(i === 0 ? label : '').padEnd(5)} `, from, true), span(line, tone)]),
    )
  if (notice) say('', notice, 'bad')
  if (cause) {
    say(cause.note ? 'NOTE' : 'WHY', cause.headline, 'plain', cause.note ? 'warn' : 'bad')
    for (const line of briefEvidence(cause, 2)) say('', wrapText(line, width - 9)[0] ?? '', 'dim')
    say('DO', cause.remedy, 'plain', 'accent')
    const others = (result?.causes.length ?? view.causes.length) - 1
    if (others > 0) say('', `and ${others} more`, 'dim')
  } else if (!result && view.phase === 'stalled') {
    say(
      'WHY',
      `nothing has changed for ${formatDuration(watch.model.now - view.lastProgressAt)}, and no cause is known`,
      'plain',
      'bad',
    )
    say('DO', 'look at the events (e) and the logs (l)', 'plain', 'accent')
  } else if (result && result.exitCode !== 0) {
    say('WHY', result.message, 'plain', 'bad')
  } else if (view.suspects?.[0]) {
    say('WAIT', `${view.suspects[0].headline}: may pass by itself`, 'plain', 'warn')
  } else if (view.phase === 'progressing' && view.workloads.length > 0 && view.workloads.every((row) => row.current)) {
    say('', 'Everything is ready; watching that it stays so.', 'dim')
  } else if (notes.at(-1) && view.pods.length === 0) {
    say('', notes.at(-1)!, 'dim')
  }
  if (view.forbidden?.length)
    say('', `not allowed to read: ${view.forbidden.join(', ')}; what depends on them is unknown`, 'warn')
  return lines
}

function question({ asking, model }: WatchState, width: number): LineOf[] {
  const say = (text: string) => wrapText(text, width - 4).map((line): LineOf => [span('  '), span(line, 'warn', true)])
  if (asking === 'roll-back')
    return say(
      `Roll back to revision ${(model.spec.revision ?? 1) - 1}? Database schemas only go forward: they stay as they are.`,
    )
  if (asking === 'rolling-back') return say(`Rolling back to revision ${(model.spec.revision ?? 1) - 1} ...`)
  if (asking === 'stopping') return say('Stopping. Helm marks the release, then this ends. Ctrl-C again leaves at once.')
  return say(
    runningStage(model)?.stage === 'helm'
      ? 'Helm is at work. Stop it, or let it go on without watching?'
      : 'Stop here, or let it go on without watching? Pods that were made stay in any case.',
  )
}

function hints(watch: WatchState): Hint[] {
  const { asking, panel, model } = watch
  if (asking === 'interrupt')
    return [
      ['s', 'stop'],
      ['l', 'leave it running'],
      ['c', 'cancel'],
    ]
  if (asking === 'roll-back')
    return [
      ['y', 'roll back'],
      ['n', 'no'],
    ]
  if (asking === 'stopping' || asking === 'rolling-back') return [['Ctrl-C', 'leave at once']]
  const look: Hint[] = [
    ['l', panel === 'logs' ? 'close logs' : 'logs'],
    ['e', panel === 'events' ? 'close events' : 'events'],
  ]
  if (panel !== 'none') return [...look, ['Up/Down', 'scroll'], ['Esc', 'close']]
  const act: Hint[] = []
  if (model.result && watch.hasAnswers) act.push(['f', 'fix and retry'])
  if (canRollBack(watch)) act.push(['b', `roll back to revision ${(model.spec.revision ?? 1) - 1}`])
  return [...act, ...look, ['q', model.result || watch.mode === 'watch' ? 'leave' : 'leave it running']]
}
