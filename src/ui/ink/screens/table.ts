import type { HealthView, PodRow, ProbeState, WorkloadRow } from '../../../core/health/types.js'
import { clipStart } from '../../../core/text/width.js'
import { clipLine, labelCell, lineWidth, span, type LineOf, type Span } from '../line.js'
import type { Glyphs, Tone } from '../theme.js'

interface Columns {
  workload: number
  ready: number
  pod: number
  status: number
  probes: number
}

/** Workloads with their pods, those that need a look first. On narrow terminals the probes follow the status. */
export function podTable(view: HealthView, width: number, glyphs: Glyphs): LineOf[] {
  const columns = columnsFor(view, width)
  const head: LineOf = clipLine(
    [
      span('  '),
      ...(columns.workload > 0 ? [labelCell('WORKLOAD', columns.workload, glyphs.ellipsis, 'dim')] : []),
      labelCell('READY', columns.ready, glyphs.ellipsis, 'dim'),
      labelCell('POD', columns.pod, glyphs.ellipsis, 'dim'),
      labelCell('STATUS', columns.status, glyphs.ellipsis, 'dim'),
      ...(columns.probes > 0 ? [labelCell('PROBES', columns.probes, glyphs.ellipsis, 'dim')] : []),
      span('RST', 'dim'),
    ],
    width,
    glyphs.ellipsis,
  )
  const rows = ordered(view).flatMap(({ workload, pods }) => {
    const first = pods[0]
    const lines = [rowLine(workload, first, columns, width, glyphs, true)]
    return [...lines, ...pods.slice(1).map((pod) => rowLine(workload, pod, columns, width, glyphs, false))]
  })
  return [head, ...rows]
}

interface Group {
  workload: WorkloadRow | undefined
  pods: PodRow[]
}

/** Groups in the order of what needs a look, then of the manifest; pods come in that order already. */
function ordered({ workloads, pods }: HealthView): Group[] {
  const groups: Group[] = workloads.map((workload) => ({ workload, pods: pods.filter((pod) => pod.workload === workload.id) }))
  const ids = new Set(workloads.map((row) => row.id))
  const others = pods.filter((pod) => !ids.has(pod.workload)).map((pod): Group => ({ workload: undefined, pods: [pod] }))
  const needsLook = (group: Group) =>
    group.workload && (group.workload.failed || group.pods.some((pod) => Object.values(pod.probes).includes('failing'))) ? 0 : 1
  return [...groups.sort((a, b) => needsLook(a) - needsLook(b)), ...others]
}

function columnsFor({ workloads, pods }: HealthView, width: number): Columns {
  const longest = (names: string[], least: number) => Math.max(least, ...names.map((name) => name.length)) + gap
  const status = Math.min(width >= 60 ? 24 : 12, longest(pods.map(statusText), 7))
  const probes = width >= 72 ? 16 : width >= 52 ? 7 : 0
  const ready = 7
  const free = width - margin - ready - status - probes - 3
  const pod = longest(
    pods.map((p) => p.name),
    12,
  )
  const workload = longest(
    workloads.map((w) => w.name),
    8,
  )
  // A pod's name tells its workload: that column goes where there is no room for both.
  return workload + pod <= free
    ? { workload, ready, pod, status, probes }
    : { workload: 0, ready, pod: Math.max(10, Math.min(pod, free)), status, probes }
}

const gap = 2
const margin = 2

const statusText = (pod: PodRow) => (pod.note && pod.note.length < 20 ? `${pod.status} ${pod.note}` : pod.status)

function rowLine(
  workload: WorkloadRow | undefined,
  pod: PodRow | undefined,
  columns: Columns,
  width: number,
  glyphs: Glyphs,
  isFirst: boolean,
): LineOf {
  const name = isFirst ? (workload?.name ?? '') : ''
  const ready = isFirst && workload ? `${workload.ready}/${workload.desired}` : ''
  const tone: Tone = workload?.failed ? 'bad' : workload?.current ? 'good' : 'plain'
  const head: Span[] = [
    span('  '),
    ...(columns.workload > 0 ? [labelCell(name, columns.workload, glyphs.ellipsis)] : []),
    labelCell(ready, columns.ready, glyphs.ellipsis, tone),
  ]
  if (!pod)
    return clipLine(
      [
        ...head,
        labelCell(columns.workload > 0 ? '' : name, columns.pod, glyphs.ellipsis),
        span(workload?.current ? 'done' : 'not there yet', 'dim'),
      ],
      width,
      glyphs.ellipsis,
    )
  const line: Span[] = [
    ...head,
    labelCell(clipStart(pod.name, columns.pod - 1, glyphs.ellipsis), columns.pod, glyphs.ellipsis),
    labelCell(statusText(pod), columns.status, glyphs.ellipsis, statusTone(pod)),
  ]
  if (columns.probes > 0) line.push(...probeSpans(pod, columns.probes))
  line.push(span(String(pod.restarts), pod.restarts > 0 ? 'warn' : 'plain'))
  return clipLine(line, width, glyphs.ellipsis)
}

function statusTone(pod: PodRow): Tone {
  if (/^(Running|Completed)$/.test(pod.status)) return pod.ready || pod.status === 'Completed' ? 'good' : 'plain'
  return /Error|BackOff|Failed|OOM|Err|Invalid|Evicted/.test(pod.status) ? 'bad' : 'plain'
}

const probeWords: Record<ProbeState, { long: string; short: string; tone: Tone }> = {
  ok: { long: 'ok', short: 'k', tone: 'good' },
  waiting: { long: '..', short: '.', tone: 'dim' },
  failing: { long: 'NO', short: '!', tone: 'bad' },
  none: { long: '-', short: '-', tone: 'dim' },
}

/** `S ok R .. L -`: startup, readiness, liveness. Narrow: one sign each, in that order. */
function probeSpans({ probes }: PodRow, width: number): Span[] {
  const all = [
    ['S', probes.startup],
    ['R', probes.readiness],
    ['L', probes.liveness],
  ] as const
  const spans: Span[] = []
  if (all.every(([, state]) => state === 'none')) spans.push(span('-', 'dim'))
  else if (width >= 16)
    for (const [letter, state] of all)
      spans.push(span(`${letter} `, 'dim'), span(probeWords[state].long.padEnd(3), probeWords[state].tone, state === 'failing'))
  else for (const [, state] of all) spans.push(span(probeWords[state].short, probeWords[state].tone))
  return [...spans, span(' '.repeat(Math.max(0, width - lineWidth(spans))))]
}
