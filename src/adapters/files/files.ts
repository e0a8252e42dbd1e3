import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Files } from '../../ports/files.js'

const explain = (verb: string, path: string, error: unknown) =>
  new Error(`cannot ${verb} ${path}: ${(error as Error).message}`, { cause: error })

/** The real disk. */
export function createFiles(): Files {
  return {
    async read(path) {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw explain('read', path, error)
      }
    },

    async write(path, text, mode = 0o644) {
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
      try {
        await mkdir(dirname(path), { recursive: true })
        const file = await open(temporary, 'wx', mode)
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw explain('write', path, error)
      }
    },

    async temporary() {
      const path = await mkdtemp(join(tmpdir(), 'mlflow-setup-'))
      return { path, dispose: () => rm(path, { recursive: true, force: true }) }
    },
  }
}
