import type { Files } from '../../src/ports/files.js'

/** Files in memory, with their modes. */
export class FakeFiles implements Files {
  readonly contents = new Map<string, { text: string; mode: number }>()
  private folders = 0

  async read(path: string) {
    return this.contents.get(path)?.text
  }
  async write(path: string, text: string, mode = 0o644) {
    this.contents.set(path, { text, mode })
  }
  async temporary() {
    const path = `/tmp/fake-${++this.folders}`
    return {
      path,
      dispose: async () => {
        for (const name of this.contents.keys()) if (name.startsWith(`${path}/`)) this.contents.delete(name)
      },
    }
  }
}
