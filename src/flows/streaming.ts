import { Queue } from '../core/queue.js'

/** Yields what `work` pushes as it comes, then returns (or throws) what `work` ends with. */
export async function* streaming<E, R>(work: (push: (event: E) => void) => Promise<R>): AsyncGenerator<E, R> {
  const queue = new Queue<E>()
  const done = work((event) => queue.offer(event)).finally(() => queue.close())
  // It is thrown below, once the queue is empty; until then it must not count as unhandled.
  done.catch(() => {})
  yield* queue
  return await done
}
