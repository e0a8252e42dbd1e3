/**
 * A bounded queue between producers and one consumer. `put` waits while the queue is full, so a slow consumer
 * slows its producers down instead of filling the memory.
 */
export class Queue<T> implements AsyncIterable<T> {
  private readonly items: T[] = []
  private readonly writers: (() => void)[] = []
  private reader: (() => void) | undefined
  private closed = false

  constructor(private readonly limit = 1000) {}

  /** Resolves once the item is in; an item put after `close` is dropped. */
  async put(item: T): Promise<void> {
    while (this.items.length >= this.limit && !this.closed) await new Promise<void>((resolve) => this.writers.push(resolve))
    this.offer(item)
  }

  /** Adds at once, beyond the limit if need be: for rare items that must not wait. */
  offer(item: T): void {
    if (this.closed) return
    this.items.push(item)
    this.wakeReader()
  }

  /** Takes out what is in, without waiting. */
  drain(): T[] {
    const taken = this.items.splice(0)
    for (const write of this.writers.splice(0, taken.length)) write()
    return taken
  }

  /** No more items; the consumer still gets those that are in. */
  close(): void {
    this.closed = true
    for (const write of this.writers.splice(0)) write()
    this.wakeReader()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        while (this.items.length > 0) {
          const item = this.items.shift() as T
          this.writers.shift()?.()
          yield item
        }
        if (this.closed) return
        await new Promise<void>((resolve) => (this.reader = resolve))
      }
    } finally {
      this.close()
    }
  }

  private wakeReader(): void {
    const wake = this.reader
    this.reader = undefined
    wake?.()
  }
}
