import { commandLine } from '../../../core/text/shell.js'
import { placeText } from '../../../core/wizard/help.js'
import { reviewLines } from '../../../core/wizard/review.js'
import type { PlanPreview, Session } from '../../../core/wizard/types.js'
import type { ValuesChange } from '../../../core/plan/types.js'
import { wrapText } from '../../../core/text/width.js'
import { Frame, widthFor, type FrameParts, type Hint, type Size } from '../frame.js'
import { blank, labelCell, span, spread, type LineOf } from '../line.js'
import { useTheme, type Glyphs, type Tone } from '../theme.js'
import { lineSpans } from '../widgets/text-line.js'
import { headerLines } from './header.js'

/** Everything before it happens: answers with their sources, the values' difference, warnings, the Helm command. */
export function ReviewScreen({ session, size }: { session: Session; size: Size }) {
  const { glyphs } = useTheme()
  return <Frame parts={reviewParts(session, size, glyphs)} size={size} />
}

/** The parts of the review screen. */
export function reviewParts(session: Session, size: Size, glyphs: Glyphs): FrameParts {
  const width = widthFor(size)
  const preview = session.planning.state === 'ready' ? session.planning.preview : undefined
  const title = preview?.plan.mode === 'upgrade' ? 'Review of the upgrade' : 'Review'
  const full = session.diff !== undefined && preview !== undefined
  const answers = answersBody(session, preview, width, glyphs)
  return {
    header: headerLines(full ? 'What will change' : title, placeText(session), session.rehearsal, width, glyphs.ellipsis),
    ...(full ? { body: diffBody(preview, width), scroll: session.diff! } : answers),
    below: below(session, preview, width),
    hints: hints(session, full),
  }
}

function answersBody(
  session: Session,
  preview: PlanPreview | undefined,
  width: number,
  glyphs: Glyphs,
): { body: LineOf[]; focus: number } {
  const lines = reviewLines(session)
  const label = Math.min(24, Math.max(10, Math.floor(width * 0.3)))
  const at = Math.max(
    0,
    lines.findIndex((line) => line.step === session.focus),
  )
  const body = lines.map((line, i): LineOf => {
    const isCurrent = i === at
    const right = width >= 70 ? [span(line.from, 'dim')] : []
    const mark = span(isCurrent ? `  ${glyphs.pointer} ` : '    ', 'accent')
    return spread(
      [mark, labelCell(line.label, label, glyphs.ellipsis, isCurrent ? 'accent' : 'plain', isCurrent), span(line.text)],
      right,
      width,
      glyphs.ellipsis,
    )
  })
  if (preview) body.push(...planLines(preview, width))
  return { body, focus: at }
}

const fewChanges = 6

function planLines(preview: PlanPreview, width: number): LineOf[] {
  const { warnings, changes } = preview.plan
  const lines: LineOf[] = []
  if (warnings.length > 0) lines.push(blank, ...warningLines(warnings, width))
  if (changes.length > 0) lines.push(blank, ...changes.slice(0, fewChanges).map(changeLine))
  if (changes.length > fewChanges) lines.push([span(`    ${changes.length - fewChanges} more: d`, 'dim')])
  lines.push(
    blank,
    ...wrapText(commandLine(preview.command), width - 4).map((text, i): LineOf => [
      span(i === 0 ? '  ' : '    '),
      span(text, 'dim'),
    ]),
  )
  return lines
}

const warningLines = (warnings: readonly string[], width: number): LineOf[] =>
  warnings.flatMap((warning) =>
    wrapText(warning, width - 6).map((text, i): LineOf => [span(i === 0 ? '  ! ' : '    ', 'warn', true), span(text, 'warn')]),
  )

function diffBody(preview: PlanPreview, width: number): LineOf[] {
  const { changes, valuesText, warnings } = preview.plan
  const values = valuesText
    .trimEnd()
    .split('\n')
    .map((line): LineOf => [span(`    ${line}`, 'dim')])
  return [
    ...(warnings.length > 0 ? [...warningLines(warnings, width), blank] : []),
    ...(changes.length === 0 ? [[span('    nothing changes', 'dim')]] : changes.map(changeLine)),
    blank,
    [span(`  ${preview.plan.valuesFile}`, 'plain', true)],
    ...values,
    blank,
    ...wrapText(commandLine(preview.command), width - 4).map((text): LineOf => [span(`  ${text}`, 'dim')]),
  ]
}

const signs: Record<ValuesChange['kind'], { sign: string; tone: Tone }> = {
  added: { sign: '+', tone: 'good' },
  removed: { sign: '-', tone: 'bad' },
  changed: { sign: '~', tone: 'warn' },
}

function changeLine(change: ValuesChange): LineOf {
  const { sign, tone } = signs[change.kind]
  const show = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? ''))
  const values =
    change.kind === 'changed'
      ? `${show(change.before)} -> ${show(change.after)}`
      : show(change.kind === 'added' ? change.after : change.before)
  return [span(`  ${sign} `, tone, true), span(`${change.path} `), span(values, tone)]
}

function below(session: Session, preview: PlanPreview | undefined, width: number): LineOf[] {
  const lines: LineOf[] = []
  const say = (text: string, tone: Tone) =>
    wrapText(text, width - 4).forEach((line) => lines.push([span('  '), span(line, tone)]))
  const context = String(session.resolved.answers.context)
  if (session.notice) say(session.notice, 'bad')
  if (session.consent) {
    say(`The prod preset changes ${context}. Type the context's name to deploy:`, 'warn')
    lines.push([span('  '), ...lineSpans(session.consent, width - 4)])
    return lines.slice(-4)
  }
  if (session.planning.state === 'failed') say(session.planning.message, 'bad')
  if (session.planning.state === 'making') say('planning ...', 'accent')
  const failed = session.checks.results.filter((r) => r.state === 'fail')
  if (failed.length > 0) say(`Prerequisite fails: ${failed.map((r) => r.title).join(', ')}.`, 'bad')
  if (lines.length === 0 && preview) {
    const where = session.rehearsal ? 'the simulated cluster' : `${context}, namespace ${preview.plan.target.namespace}`
    say(`Enter deploys to ${where}.${session.diff === undefined ? ` d shows ${counted(preview)}.` : ''}`, 'plain')
  }
  return lines
}

/** `2 warnings and 12 changes`. */
function counted({ plan }: PlanPreview): string {
  const words = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`])
  return [...words(plan.warnings.length, 'warning'), ...words(plan.changes.length, 'change')].join(' and ') || 'the values'
}

function hints(session: Session, full: boolean): Hint[] {
  if (session.consent)
    return [
      ['Enter', 'deploy'],
      ['Esc', 'not yet'],
    ]
  if (full)
    return [
      ['d', 'answers again'],
      ['Up/Down', 'scroll'],
      ['Enter', 'deploy'],
      ['Esc', 'back'],
    ]
  return [
    ['Enter', 'deploy'],
    ['e', 'edit this line'],
    ['d', 'full diff'],
    ['s', 'save and leave'],
    ['Esc', 'back'],
    ['Up/Down', 'move'],
  ]
}
