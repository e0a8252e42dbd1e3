import type { Key } from '../text/keys.js'
import type { LineEdit } from '../text/edit-line.js'
import { focusedRow } from './rows.js'
import type { Action, Session, StepId } from './types.js'
import type { WatchAction, WatchState } from './watch-types.js'

/** What a key means where the session stands; undefined: nothing. */
export function actionOf(session: Session, key: Key): Action | undefined {
  if (key.name === 'ctrl' && key.letter === 'c') return { type: 'interrupted' }
  if (session.at === 'deploy') {
    const action = session.watch && watchActionOf(session.watch, key)
    return action && { type: 'watch', action }
  }
  if (key.name === 'enter') return { type: 'entered' }
  if (key.name === 'escape') return { type: 'back' }
  if (session.consent) return edited(key)
  const moved = movement(key)
  if (session.at === 'review') return moved ?? onReview(session, key)
  if (session.at === 'prerequisites') return moved ?? onChecks(session, key)
  if (key.name === 'up' || key.name === 'down' || key.name === 'shift-tab' || key.name === 'page-up' || key.name === 'page-down')
    return moved
  if (session.editing) return key.name === 'tab' ? { type: 'completed' } : edited(key)
  return onRow(session, key) ?? moved
}

/** What a key means on the health watch. */
export function watchActionOf(watch: WatchState, key: Key): WatchAction | undefined {
  if (key.name === 'ctrl' && key.letter === 'c') return { type: 'interrupted' }
  const letter = key.name === 'text' ? key.text.toLowerCase() : undefined
  if (watch.asking === 'interrupt') {
    if (letter === 's') return { type: 'answered', answer: 'stop' }
    if (letter === 'l') return { type: 'answered', answer: 'leave' }
    return letter === 'c' || key.name === 'escape' || key.name === 'enter' ? { type: 'answered', answer: 'cancel' } : undefined
  }
  if (watch.asking === 'roll-back') {
    if (letter === 'y') return { type: 'answered', answer: 'yes' }
    return letter === 'n' || key.name === 'escape' || key.name === 'enter' ? { type: 'answered', answer: 'no' } : undefined
  }
  switch (key.name) {
    case 'up':
      return { type: 'scrolled', by: -1 }
    case 'down':
      return { type: 'scrolled', by: 1 }
    case 'page-up':
      return { type: 'scrolled', by: -10 }
    case 'page-down':
      return { type: 'scrolled', by: 10 }
    case 'escape':
      return watch.panel === 'none' ? undefined : { type: 'leave' }
    default:
      return letter === undefined ? undefined : watchLetters[letter]
  }
}

const watchLetters: Record<string, WatchAction> = {
  l: { type: 'panel', panel: 'logs' },
  e: { type: 'panel', panel: 'events' },
  f: { type: 'fix' },
  b: { type: 'roll-back' },
  q: { type: 'leave' },
}

/** An edit of a line, as shells know them. */
function edited(key: Key): Action | undefined {
  const edit = editOf(key)
  return edit && { type: 'text-edited', edit }
}

function editOf(key: Key): LineEdit | undefined {
  switch (key.name) {
    case 'text':
    case 'paste':
      return { edit: 'insert', text: key.text }
    case 'backspace':
    case 'delete':
    case 'left':
    case 'right':
    case 'word-left':
    case 'word-right':
    case 'home':
    case 'end':
      return { edit: key.name }
    case 'ctrl':
      return controlEdits[key.letter]
    default:
      return undefined
  }
}

const controlEdits: Record<string, LineEdit> = {
  a: { edit: 'home' },
  e: { edit: 'end' },
  b: { edit: 'left' },
  f: { edit: 'right' },
  d: { edit: 'delete' },
  u: { edit: 'kill-start' },
  k: { edit: 'kill-end' },
  w: { edit: 'kill-word' },
}

function movement(key: Key): Action | undefined {
  switch (key.name) {
    case 'up':
    case 'shift-tab':
      return { type: 'moved', by: -1 }
    case 'down':
    case 'tab':
      return { type: 'moved', by: 1 }
    case 'page-up':
      return { type: 'moved', by: -10 }
    case 'page-down':
      return { type: 'moved', by: 10 }
    default:
      return undefined
  }
}

/** Options, choices and toggles: blank and arrows change them, y and n answer a toggle. */
function onRow(session: Session, key: Key): Action | undefined {
  const row = focusedRow(session)
  if (!row) return undefined
  if (key.name === 'left' || key.name === 'right')
    return row.kind === 'option' ? undefined : { type: 'cycled', by: key.name === 'left' ? -1 : 1 }
  if (key.name !== 'text') return undefined
  if (key.text === ' ') return { type: 'cycled', by: 1 }
  const answer = { y: true, n: false }[key.text.toLowerCase()]
  return row.kind === 'toggle' && answer !== undefined ? { type: 'chosen', setting: row.setting.id, value: answer } : undefined
}

function onChecks(session: Session, key: Key): Action | undefined {
  if (key.name !== 'text') return undefined
  const focused = session.checks.results.find((r) => r.id === session.focus) ?? session.checks.results[0]
  const letters: Record<string, Action | undefined> = {
    a: { type: 'retried' },
    r: focused && { type: 'retried', check: focused.id },
  }
  return letters[key.text.toLowerCase()]
}

function onReview(session: Session, key: Key): Action | undefined {
  if (key.name !== 'text') return undefined
  const letters: Record<string, Action> = {
    e: { type: 'jumped', step: session.focus as StepId },
    d: { type: 'diff-toggled' },
    s: { type: 'save-wanted' },
  }
  return letters[key.text.toLowerCase()]
}
