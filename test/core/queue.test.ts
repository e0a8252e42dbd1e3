import { expect, test } from 'vitest'
import { Queue } from '../../src/core/queue.js'

async function read<T>(queue: Queue<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of queue) items.push(item)
  return items
}

test('gives items in their order, and ends when it is closed', async () => {
  const queue = new Queue<number>()
  const reading = read(queue)
  await queue.put(1)
  queue.offer(2)
  await queue.put(3)
  queue.close()
  expect(await reading).toEqual([1, 2, 3])
})

test('a full queue lets its producers wait', async () => {
  const queue = new Queue<number>(2)
  let put = 0
  const writing = (async () => {
    for (let i = 0; i < 5; i++) {
      await queue.put(i)
      put++
    }
    queue.close()
  })()
  await new Promise((resolve) => setImmediate(resolve))
  expect(put).toBe(2)
  expect(await read(queue)).toEqual([0, 1, 2, 3, 4])
  await writing
})

test('closing frees producers and drops what they had', async () => {
  const queue = new Queue<number>(1)
  await queue.put(1)
  const waiting = queue.put(2)
  queue.close()
  await waiting
  expect(await read(queue)).toEqual([1])
})

test('a reader that stops closes it', async () => {
  const queue = new Queue<number>(1)
  queue.offer(1)
  for await (const _ of queue) break
  await queue.put(2)
  expect(queue.drain()).toEqual([])
})

test('drain takes what is in and lets producers go on', async () => {
  const queue = new Queue<number>(1)
  await queue.put(1)
  const waiting = queue.put(2)
  expect(queue.drain()).toEqual([1])
  await waiting
  expect(queue.drain()).toEqual([2])
})
