/** Joins several sources into one stream: any of them pushes, one reader iterates. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly queue: T[] = []
  private wake: (() => void) | undefined
  private ended = false
  private error: unknown

  push(item: T): void {
    this.queue.push(item)
    this.wake?.()
  }

  /** The reader ends after what is queued; with an error it throws then. */
  close(error?: unknown): void {
    this.ended = true
    this.error = error
    this.wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      while (this.queue.length > 0) yield this.queue.shift()!
      if (this.ended) {
        if (this.error !== undefined) throw this.error
        return
      }
      await new Promise<void>((resolve) => (this.wake = resolve))
      this.wake = undefined
    }
  }
}

/** Yields what `work` pushes, then returns what it resolves to. */
export async function* streaming<E, R>(work: (push: (event: E) => void) => Promise<R>): AsyncGenerator<E, R> {
  const channel = new Channel<E>()
  const done = work((event) => channel.push(event)).then(
    (value) => {
      channel.close()
      return value
    },
    (error: unknown) => {
      channel.close(error)
      throw error
    },
  )
  // The reader throws the same error; without this it would also count as unhandled.
  done.catch(() => {})
  yield* channel
  return await done
}
