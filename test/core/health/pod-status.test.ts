import { expect, test } from 'vitest'
import { podNote, podStatus } from '../../../src/core/health/pod-status.js'
import { pod, running, terminated, waiting } from '../../fixtures/health/build.js'

test.each([
  ['a container being made', pod(), 'ContainerCreating'],
  ['a ready one', pod({ state: running(), ready: true }), 'Running'],
  ['one that is not ready', pod({ state: running() }), 'NotReady'],
  ['a crash loop', pod({ state: waiting('CrashLoopBackOff') }), 'CrashLoopBackOff'],
  ['done', pod({ component: 'migration', state: terminated(0), phase: 'Succeeded' }), 'Completed'],
  ['killed for memory', pod({ state: terminated(137, { reason: 'OOMKilled' }) }), 'OOMKilled'],
  [
    'first of two init containers',
    pod({
      init: [
        { name: 'a', state: running() },
        { name: 'b', state: waiting('PodInitializing') },
      ],
    }),
    'Init 0/2',
  ],
  [
    'second of two init containers',
    pod({
      init: [
        { name: 'a', state: terminated(0) },
        { name: 'b', state: running() },
      ],
    }),
    'Init 1/2',
  ],
  ['init containers done', pod({ init: [{ name: 'a', state: terminated(0) }], state: running(), ready: true }), 'Running'],
  ['a crashing init container', pod({ init: [{ name: 'a', state: waiting('CrashLoopBackOff') }] }), 'Init CrashLoopBackOff'],
  ['a failed init container', pod({ init: [{ name: 'a', state: terminated(1) }] }), 'Init Error'],
  ['without a node', pod({ conditions: [], status: { containerStatuses: undefined } }), 'Pending'],
  ['evicted', pod({ status: { phase: 'Failed', reason: 'Evicted', containerStatuses: undefined } }), 'Evicted'],
  ['being deleted', pod({ state: running(), metadata: { deletionTimestamp: '2026-03-02T10:00:00Z' } }), 'Terminating'],
])('%s', (_, p, word) => {
  expect(podStatus(p)).toBe(word)
})

test('what it waits for', () => {
  const note = (p: ReturnType<typeof pod>, isCurrent = true) => podNote(p, isCurrent, Date.parse('2026-03-02T10:10:30Z'))
  expect(note(pod({ init: [{ name: 'wait-for-schema', state: running() }] }))).toBe('waits for the schema')
  expect(note(pod({ init: [{ name: 'own', state: running() }] }))).toBe('init container own')
  expect(
    note(
      pod({
        init: [
          { name: 'a', state: terminated(0) },
          { name: 'b', state: waiting('CrashLoopBackOff'), lastState: terminated(1) },
        ],
      }),
    ),
  ).toBe('init container b fails')
  expect(note(pod({ conditions: [] }))).toBe('waits for a node')
  expect(note(pod({ state: running() }), false)).toBe('old version, going away')
  expect(note(pod({ state: running(), metadata: { deletionTimestamp: '2026-03-02T10:10:20Z' } }))).toBe('going away')
  expect(note(pod({ state: running(), metadata: { deletionTimestamp: '2026-03-02T10:00:00Z' } }))).toBe(
    'does not end, 10 min over its time',
  )
  expect(note(pod({ state: running() }))).toBeUndefined()
})
