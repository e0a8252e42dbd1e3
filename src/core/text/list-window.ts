/** The part of a long list that fits: items `start` (inclusive) to `end` (exclusive), and how many are hidden on each side. */
export interface ListWindow {
  start: number
  end: number
  above: number
  below: number
}

/**
 * The window of `height` items over `count` items that shows `focus`, as near as can be to `start` (where it was before).
 * Never empty while there are items and `height` is at least 1.
 */
export function windowAround(count: number, height: number, focus: number, start = 0): ListWindow {
  const size = Math.max(0, Math.min(count, height))
  const wanted = Math.max(0, Math.min(focus, count - 1))
  let from = Math.max(0, Math.min(start, count - size))
  if (wanted < from) from = wanted
  else if (wanted >= from + size) from = wanted - size + 1
  from = Math.max(0, Math.min(from, count - size))
  return { start: from, end: from + size, above: from, below: count - from - size }
}

/** The window whose middle is the focus: for lists that are drawn anew each time. */
export function windowCentred(count: number, height: number, focus: number): ListWindow {
  return windowAround(count, height, focus, focus - Math.floor(height / 2))
}

/** The window that begins at `start`, or as near to it as the list's end allows. */
export function windowAt(count: number, height: number, start: number): ListWindow {
  return windowAround(count, height, Math.max(0, Math.min(start, count - Math.min(count, height))), start)
}
