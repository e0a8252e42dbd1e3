// Draws a terminal's grid as SVG text, so that pictures in the README are real screens.
const palette = [
  '#24292f',
  '#cf222e',
  '#1a7f37',
  '#9a6700',
  '#0969da',
  '#8250df',
  '#1b7c83',
  '#6e7781',
  '#57606a',
  '#a40e26',
  '#2da44e',
  '#bf8700',
  '#218bff',
  '#a475f9',
  '#3192aa',
  '#8c959f',
]
const cell = { width: 8.4, height: 18 }
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** @param {import('@xterm/headless').Terminal} terminal @param {string} title what a screen reader says of the picture */
export function drawScreen(terminal, title) {
  const { cols, rows } = terminal
  const buffer = terminal.buffer.active
  const lines = []
  for (let y = 0; y < rows; y++) lines.push(runsOf(buffer.getLine(buffer.viewportY + y), cols))
  while (lines.length > 1 && lines.at(-1).every((run) => run.text.trim() === '')) lines.pop()
  const width = cols * cell.width + 32
  const height = lines.length * cell.height + 56
  const text = lines
    .map((runs, y) => {
      const spans = runs
        .filter((run) => run.text.trim() !== '' || run.inverse)
        .map((run) => {
          const x = 16 + run.x * cell.width
          const style = `${run.bold ? ' font-weight="600"' : ''}${run.dim ? ' opacity="0.65"' : ''}`
          const back = run.inverse
            ? `<rect x="${x.toFixed(1)}" y="${40 + y * cell.height}" width="${(run.text.length * cell.width).toFixed(1)}" height="${cell.height}" fill="#24292f"/>`
            : ''
          return `${back}<text x="${x.toFixed(1)}" y="${54 + y * cell.height}" fill="${run.inverse ? '#ffffff' : run.colour}" textLength="${(run.text.length * cell.width).toFixed(1)}" xml:space="preserve"${style}>${escape(run.text)}</text>`
        })
      return spans.join('')
    })
    .join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" width="${width.toFixed(0)}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#ffffff" stroke="#d0d7de"/>
<circle cx="20" cy="18" r="5" fill="#d0d7de"/><circle cx="36" cy="18" r="5" fill="#d0d7de"/><circle cx="52" cy="18" r="5" fill="#d0d7de"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
${text}
</g>
</svg>
`
}

/** Neighbouring cells of one look as one run. */
function runsOf(line, cols) {
  const runs = []
  for (let x = 0; x < cols; x++) {
    const c = line?.getCell(x)
    const look = c
      ? {
          colour: c.isFgPalette()
            ? palette[c.getFgColor() & 15]
            : c.isFgRGB()
              ? `#${c.getFgColor().toString(16).padStart(6, '0')}`
              : palette[0],
          bold: c.isBold() !== 0,
          dim: c.isDim() !== 0,
          inverse: c.isInverse() !== 0,
        }
      : { colour: palette[0], bold: false, dim: false, inverse: false }
    const text = c?.getChars() || ' '
    const last = runs.at(-1)
    if (last && last.colour === look.colour && last.bold === look.bold && last.dim === look.dim && last.inverse === look.inverse)
      last.text += text
    else runs.push({ x, text, ...look })
  }
  return runs
}
