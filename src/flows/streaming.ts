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

/** Runs a flow to its end. @returns what it returned */
export async function pump<E, R>(flow: AsyncGenerator<E, R>, send: (event: E) => void): Promise<R> {
  for (;;) {
    const { done, value } = await flow.next()
    if (done) return value
    send(value)
  }
}
