import { span, spread, type LineOf } from '../line.js'

export const rehearsalWords = 'rehearsal: nothing is installed'

/** The first line(s) of every screen: what it is, where one stands, and whether it is a rehearsal. */
export function headerLines(title: string, place: string, rehearsal: boolean, width: number, ellipsis: string): LineOf[] {
  const right = place === '' ? [] : [span(place, 'dim')]
  const left = [span('  '), span(title, 'plain', true)]
  if (!rehearsal) return [spread(left, right, width, ellipsis)]
  const words = span(rehearsalWords, 'warn')
  if (title.length + place.length + rehearsalWords.length + 10 <= width)
    return [spread([...left, span('   '), words], right, width, ellipsis)]
  return [spread(left, right, width, ellipsis), [span('  '), words]]
}
