import type { CheckResult, CheckState } from '../../../core/checks/types.js'
import { sortedChecks } from '../../../core/wizard/checks.js'
import { placeText } from '../../../core/wizard/help.js'
import type { Session } from '../../../core/wizard/types.js'
import { wrapText } from '../../../core/text/width.js'
import { Frame, widthFor, type FrameParts, type Hint, type Size } from '../frame.js'
import { span, type LineOf, type Span } from '../line.js'
import { useTheme, type Glyphs, type Tone } from '../theme.js'
import { headerLines } from './header.js'

/** The prerequisites, as their results come. */
export function PrerequisitesScreen({ session, size }: { session: Session; size: Size }) {
  const { glyphs } = useTheme()
  return <Frame parts={prerequisitesParts(session, size, glyphs)} size={size} />
}

const words: Record<CheckState, { word: string; tone: Tone }> = {
  pass: { word: 'ok', tone: 'good' },
  warn: { word: 'warn', tone: 'warn' },
  fail: { word: 'FAIL', tone: 'bad' },
  unknown: { word: '?', tone: 'warn' },
  skip: { word: '-', tone: 'dim' },
}

/** The parts of the prerequisites screen. */
export function prerequisitesParts(session: Session, size: Size, glyphs: Glyphs): FrameParts {
  const { checks } = session
  const width = widthFor(size)
  const results = sortedChecks(checks.results)
  const current = results.find((r) => r.id === session.focus) ?? results[0]
  const body: LineOf[] = []
  let focus = 0
  for (const result of results) {
    if (result.id === current?.id) focus = body.length
    const isCurrent = result.id === current?.id
    body.push(...resultLines(result, isCurrent, checks.retrying.includes(result.id), width, glyphs))
  }
  if (results.length === 0 && !checks.message) body.push([span('  asking ...', 'dim')])
  return {
    header: headerLines('Prerequisites', placeText(session), session.rehearsal, width, glyphs.ellipsis),
    body,
    focus,
    below: below(session, width),
    hints: hints(session),
  }
}

function resultLines(result: CheckResult, isCurrent: boolean, isRetrying: boolean, width: number, glyphs: Glyphs): LineOf[] {
  const { word, tone } = isRetrying ? { word: '...', tone: 'dim' as const } : words[result.state]
  const mark: Span = span(isCurrent ? `${glyphs.pointer} ` : '  ', 'accent')
  const [first = '', ...more] = result.evidence.split('\n')
  // Evidence mostly names what was looked at; the title is for what says nothing by itself.
  const text = first.toLowerCase().includes(result.title.toLowerCase()) ? first : `${result.title}: ${first}`
  const isOpen = isCurrent || result.state === 'fail'
  const wrapped = isOpen ? wrapText(text, width - 10) : [text]
  const lines: LineOf[] = wrapped.map((line, i) =>
    i === 0
      ? [mark, span(word.padEnd(6), tone, result.state === 'fail'), span(line, result.state === 'skip' ? 'dim' : 'plain')]
      : [span(`        ${line}`)],
  )
  const say = (line: string, t: Tone) =>
    wrapText(line, width - 10).forEach((part) => lines.push([span('        '), span(part, t)]))
  if (isOpen) for (const line of more) say(line, 'dim')
  if (result.remedy && result.state !== 'pass' && result.state !== 'skip') {
    if (isOpen) say(result.remedy.text, 'plain')
    if (isOpen && result.remedy.command) say(result.remedy.command, 'accent')
  }
  return lines
}

function below({ checks, notice, waiting }: Session, width: number): LineOf[] {
  const count = (state: CheckState) => checks.results.filter((r) => r.state === state).length
  const say = (text: string, tone: Tone) => wrapText(text, width - 4).map((line): LineOf => [span('  '), span(line, tone)])
  if (notice) return say(notice, 'bad')
  if (checks.message) return say(checks.message, 'bad')
  if (checks.state === 'running') return say(waiting ? 'asking ... goes on when all have answered' : 'asking ...', 'accent')
  const failed = count('fail')
  if (failed > 0)
    return say(`${failed} failed. Nothing was changed so far; solve ${failed === 1 ? 'it' : 'them'}, then r or a.`, 'bad')
  return say(
    count('warn') > 0 ? 'Warnings do not stop it; each says what is lost.' : 'All fine.',
    count('warn') > 0 ? 'warn' : 'good',
  )
}

function hints({ checks }: Session): Hint[] {
  const isBlocked = checks.results.some((r) => r.state === 'fail') || checks.message !== undefined
  const retry: Hint[] = [
    ['r', 'retry this one'],
    ['a', 'retry all'],
  ]
  const enter: Hint[] = [['Enter', 'go on']]
  return [...(isBlocked ? [...retry] : [...enter, ...retry]), ['Up/Down', 'move'], ['Esc', 'back'], ['Ctrl-C', 'quit']]
}
