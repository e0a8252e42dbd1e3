import { adviceOf, helpOf, placeText, questionOf } from '../../../core/wizard/help.js'
import { focusedRow, rowsOf, type FieldRow, type OptionRow, type Row } from '../../../core/wizard/rows.js'
import type { Session, StepId } from '../../../core/wizard/types.js'
import { wrapText, widthOf } from '../../../core/text/width.js'
import { Frame, widthFor, type FrameParts, type Hint, type Size } from '../frame.js'
import { blank, labelCell, span, spread, type LineOf, type Span } from '../line.js'
import { useTheme, type Glyphs } from '../theme.js'
import { lineSpans, secretSpans } from '../widgets/text-line.js'
import { headerLines } from './header.js'

/** A step of questions: the options of the first one, then a line for each other one. */
export function FormScreen({ session, size }: { session: Session; size: Size }) {
  const { glyphs } = useTheme()
  return <Frame parts={formParts(session, size, glyphs)} size={size} />
}

/** The parts of the form screen. */
export function formParts(session: Session, size: Size, glyphs: Glyphs): FrameParts {
  const width = widthFor(size)
  const rows = rowsOf(session)
  const focused = focusedRow(session)
  const option = labelWidth(rows, 'option', width, glyphs)
  const field = labelWidth(rows, 'field', width, glyphs)
  const body: LineOf[] = []
  let focus = 0
  rows.forEach((row, i) => {
    // The first question's options stand apart from what depends on them.
    if (row.kind !== 'option' && rows[i - 1]?.kind === 'option') body.push(blank)
    if (row.key === focused?.key) focus = body.length
    body.push(
      row.kind === 'option'
        ? optionLine(row, row.key === focused?.key, option, width, glyphs)
        : fieldLine(row, session, row.key === focused?.key, field, width, glyphs),
    )
  })
  if (rows.length === 0) body.push([span('    reading the kubeconfig ...', 'dim')])
  return {
    header: headerLines(questionOf(session.at as StepId), placeText(session), session.rehearsal, width, glyphs.ellipsis),
    body,
    focus,
    below: below(session, width),
    hints: hintsOf(session, focused),
  }
}

/** Options and questions each have their own column, so that neither leaves a hole in the other. */
function labelWidth(rows: readonly Row[], kind: 'option' | 'field', width: number, glyphs: Glyphs): number {
  const own = rows.filter((row) => (row.kind === 'option') === (kind === 'option'))
  const longest = Math.max(
    0,
    ...own.map((row) => (row.kind === 'option' ? widthOf(`${glyphs.open} ${row.label}`) : widthOf(row.setting.title))),
  )
  return Math.min(longest + 3, Math.max(14, Math.floor(width * 0.42)))
}

const pointer = (focused: boolean, glyphs: Glyphs): Span => span(focused ? `  ${glyphs.pointer} ` : '    ', 'accent')

function optionLine(row: OptionRow, focused: boolean, label: number, width: number, glyphs: Glyphs): LineOf {
  const mark = row.chosen ? glyphs.chosen : glyphs.open
  const name = labelCell(`${mark} ${row.label}`, label, glyphs.ellipsis, focused ? 'accent' : 'plain', focused)
  return spread([pointer(focused, glyphs), name, span(row.hint, 'dim')], [], width, glyphs.ellipsis)
}

function fieldLine(row: FieldRow, session: Session, focused: boolean, label: number, width: number, glyphs: Glyphs): LineOf {
  const title = labelCell(row.setting.title, label, glyphs.ellipsis, focused ? 'accent' : 'plain', focused)
  const flaw = row.problem ? span('not accepted', 'bad') : row.missing ? span('needed', 'warn') : undefined
  const from = flaw ?? (row.from && width >= 70 ? span(row.from, 'dim') : undefined)
  const right = from ? [from] : []
  const room = width - 4 - label - (from ? widthOf(from.text) + 2 : 0)
  return spread([pointer(focused, glyphs), title, ...valueSpans(row, session, focused, room)], right, width, glyphs.ellipsis)
}

function valueSpans(row: FieldRow, session: Session, focused: boolean, room: number): Span[] {
  const { editing, drafts } = session
  if (focused && editing?.setting === row.setting.id) {
    if (row.kind === 'secret') return secretSpans(editing.line)
    const example = row.setting.example ? `e.g. ${row.setting.example}` : ''
    return lineSpans(editing.line, room, example)
  }
  if (row.kind === 'secret') return row.value === '' ? [span(row.empty, 'dim')] : secretSpans()
  const text = drafts[row.setting.id] ?? row.value
  if (text === '') return [span(row.empty, 'dim')]
  return row.hint && focused ? [span(text), span(`   ${row.hint}`, 'dim')] : [span(text)]
}

function below(session: Session, width: number): LineOf[] {
  const { problem, help, suggestion } = helpOf(session)
  const lines: LineOf[] = []
  const say = (text: string, tone: Span['tone']) =>
    wrapText(text, width - 4).forEach((line) => lines.push([span('  '), span(line, tone)]))
  if (session.notice) say(session.notice, 'bad')
  else if (session.waiting) say('asking the cluster ...', 'accent')
  if (problem) say(suggestion ? `${problem} Tab takes ${suggestion}` : problem, 'bad')
  const advice = adviceOf(session)
  if (!problem && advice) say(advice, 'warn')
  if (help) say(help, 'dim')
  return lines
}

function hintsOf(session: Session, row: Row | undefined): Hint[] {
  const back: Hint[] = session.at === 'cluster' ? [] : [['Esc', session.toReview ? 'review' : 'back']]
  const own: Hint[] = []
  let enter = 'go on'
  if (row?.kind === 'option') enter = row.chosen ? 'go on' : 'choose'
  if (row?.kind === 'toggle') own.push(['Space', row.value === 'on' ? 'turn off' : 'turn on'])
  if (row?.kind === 'choice') own.push(['Left/Right', 'change'])
  if (row?.kind === 'text' && row.problem?.suggestion) own.push(['Tab', 'take it'])
  return [['Enter', enter], ...own, ['Up/Down', 'move'], ...back, ['Ctrl-C', 'quit']]
}
