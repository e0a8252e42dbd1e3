import { EventEmitter } from 'node:events'

/** Terminal streams that keep what is written. */
export function streams() {
  const written: string[] = []
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: 80,
    rows: 24,
    write(text: string, done?: () => void) {
      written.push(text)
      done?.()
      return true
    },
  })
  const raw: boolean[] = []
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (on: boolean) => raw.push(on),
    resume: () => {},
    pause: () => {},
  })
  return {
    written,
    raw,
    stdin,
    options: { stdout: stdout as unknown as NodeJS.WriteStream, stdin: stdin as unknown as NodeJS.ReadStream, env: {} },
  }
}
