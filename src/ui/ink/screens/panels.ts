import { podToShow } from '../../../core/wizard/watch.js'
import type { WatchState } from '../../../core/wizard/watch-types.js'
import { formatDuration } from '../../../core/text/duration.js'
import { wrapText } from '../../../core/text/width.js'
import { clipLine, span, type LineOf } from '../line.js'
import type { Glyphs } from '../theme.js'

/** The logs of the pod that needs a look, or the namespace's events: the newest first. */
export function panelLines(watch: WatchState, width: number, glyphs: Glyphs): LineOf[] {
  return watch.panel === 'logs' ? logLines(watch, width) : eventLines(watch, width, glyphs)
}

function logLines({ logs, ...watch }: WatchState, width: number): LineOf[] {
  const title = (text: string): LineOf => [span('  '), span(text, 'plain', true)]
  if (!logs) return [title(podToShow(watch) === undefined ? 'There is no pod yet.' : 'Reading the log ...')]
  const lines = [...logs.lines]
    .reverse()
    .flatMap((line) => wrapText(line, width - 4).map((text): LineOf => [span(`  ${text}`, 'dim')]))
  return [title(`${logs.pod}, newest first`), ...(lines.length > 0 ? lines : [[span('  the log is empty', 'dim')]])]
}

function eventLines({ model }: WatchState, width: number, glyphs: Glyphs): LineOf[] {
  const lines = [...model.events]
    .reverse()
    .map((event): LineOf =>
      clipLine(
        [
          span(`  ${formatDuration(model.now - event.at).padStart(7)}  `, 'dim'),
          span(event.reason.padEnd(18), event.warning ? 'warn' : 'plain'),
          span(` ${event.object}: ${event.message}`),
        ],
        width,
        glyphs.ellipsis,
      ),
    )
  return [
    [span('  '), span('Events, newest first', 'plain', true)],
    ...(lines.length > 0 ? lines : [[span('  none so far', 'dim')]]),
  ]
}
