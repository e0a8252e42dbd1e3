import { timeOf } from '../inventory.js'
import { explainLog } from '../log-patterns.js'
import { formatBytes, parseQuantity } from '../../text/quantity.js'
import { imageValues, readLog, resourceValues, setInFile } from './remedies.js'
import { tail, type ContainerContext, type Match, type Rule } from './rule.js'

const oom: Rule<ContainerContext> = {
  code: 'oom',
  graceMs: 0,
  permanent: true,
  match(c) {
    if (c.ended?.reason !== 'OOMKilled') return undefined
    const limit = String(c.spec.resources?.limits?.memory ?? '')
    const workers = workersOf(c)
    const bytes = parseQuantity(limit)
    return {
      headline: `killed for its memory (OOMKilled${limit ? `, limit ${limit}` : ''}${workers ? `, ${workers} workers` : ''})`,
      key: `${c.name} ${limit}`,
      evidence: [
        `exit code ${c.ended.exitCode ?? 137}, ${c.restarts} restarts${c.ended.finishedAt ? `, last at ${c.ended.finishedAt}` : ''}`,
      ],
      remedy: setInFile(
        `${resourceValues(c)}.limits.memory=${bytes ? formatBytes(2 * bytes) : '2Gi'} or more${workers ? ' (about 450Mi per worker and as much again for uploads)' : ''}`,
      ),
      // A server that came back is worth a word, not a failure.
      ...(c.status.ready ? { note: true, permanent: false } : {}),
    }
  },
}

function workersOf(c: ContainerContext): number | undefined {
  const text = [...(c.spec.command ?? []), ...(c.spec.args ?? [])].join(' ')
  const found =
    /--workers[= ](\d+)/.exec(text)?.[1] ?? (c.spec.env ?? []).find((e: { name: string }) => /WORKERS$/.test(e.name))?.value
  return Number(found) > 1 ? Number(found) : undefined
}

const runError: Rule<ContainerContext> = {
  code: 'run-error',
  graceMs: 20_000,
  permanent: true,
  match(c) {
    const isWaiting = /^(RunContainerError|CreateContainerError|StartError|CreatePodSandboxError)$/.test(c.waiting?.reason ?? '')
    const isEnded = /^(StartError|ContainerCannotRun)$/.test(c.ended?.reason ?? '')
    if (!isWaiting && !isEnded) return undefined
    const message = (isWaiting ? c.waiting?.message : undefined) || c.ended?.message || ''
    return {
      ...explainStart(message, c),
      evidence: [message, 'the container never ran, so it has no log'].filter(Boolean),
      remedy: `check command and image: set ${imageValues(c)} to an image that has it`,
    }
  },
}

function explainStart(message: string, c: ContainerContext): { headline: string } {
  const program = /exec: "([^"]+)"/.exec(message)?.[1] ?? /exec ([^\s:]+)/.exec(message)?.[1]
  if (program && /not found in \$PATH/.test(message))
    return { headline: `"${program}" is not in the PATH of image ${c.spec.image}` }
  if (program && /no such file or directory/.test(message))
    return { headline: `"${program}" does not exist in image ${c.spec.image}` }
  if (program && /permission denied/.test(message))
    return { headline: `"${program}" may not be executed in image ${c.spec.image}` }
  return { headline: `container ${c.name} cannot be started` }
}

const architecture: Rule<ContainerContext> = {
  code: 'image-arch',
  graceMs: 0,
  permanent: true,
  match(c) {
    const text = [c.ended?.message ?? '', ...c.failedLog].join('\n')
    if (!c.ended || !/exec format error/.test(text)) return undefined
    return {
      headline: `image ${c.spec.image} is not made for the node's CPU architecture`,
      key: String(c.spec.image),
      evidence: [/.*exec format error.*/.exec(text)?.[0] ?? ''],
      remedy: `use an image for this architecture: set ${imageValues(c)}, or schedule on other nodes`,
    }
  },
}

const crashLoop: Rule<ContainerContext> = {
  code: 'crash-loop',
  graceMs: 90_000,
  permanent: true,
  match(c) {
    // A Job counts its failed pods itself.
    if (c.pod.spec?.restartPolicy === 'Never') return undefined
    const crashed = (c.ended?.exitCode ?? 0) !== 0
    const isLooping =
      c.waiting?.reason === 'CrashLoopBackOff' || (c.isEnded && crashed) || (!c.status.ready && c.restarts > 0 && crashed)
    if (!isLooping) return undefined
    const finding = explainLog(c.failedLog, c)
    if (finding?.waitsForDatabase && isDatabaseComing(c)) return undefined
    return {
      ...describeCrash(c, finding),
      key: `${c.name} ${finding?.id ?? c.ended?.exitCode ?? ''}`,
      at: timeOf(c.ended?.startedAt) || undefined,
      ...(c.restarts >= 3 ? { graceMs: 0 } : {}),
    }
  },
}

/** An embedded database that is still coming up explains a refused connection; the server tries again. */
export const isDatabaseComing = (c: ContainerContext) => c.workloads.some((w) => w.component === 'postgresql' && !w.current)

/** Headline, evidence and remedy of a container that ended badly. */
export function describeCrash(c: ContainerContext, finding = explainLog(c.failedLog, c)): Match {
  const code = c.ended?.exitCode
  const what =
    code === 0
      ? 'ends by itself (exit code 0)'
      : `crashes (exit code ${code ?? 'unknown'}${exitWords[code ?? -1] ? `, ${exitWords[code ?? -1]}` : ''})`
  const last = c.failedLog.at(-1) ?? c.ended?.message?.trim().split('\n').at(-1)
  const place = c.isInit ? `init container ${c.name} ` : ''
  return {
    headline: finding
      ? `${place ? `${place.trim()}: ` : ''}${finding.headline}`
      : `${place}${what}${last ? `: ${last.trim().slice(0, 160)}` : ''}`,
    evidence: [
      `exit code ${code ?? 'unknown'}${c.ended?.reason ? ` (${c.ended.reason})` : ''}, ${c.restarts} restarts`,
      ...tail(c.failedLog),
    ],
    remedy: finding?.remedy ?? readLog(c, !c.isEnded),
  }
}

const exitWords: Record<number, string> = {
  126: 'not executable',
  127: 'command not found',
  137: 'killed',
  139: 'segmentation fault',
  143: 'terminated',
}

/** Containers that do not stay alive, the plain crash apart. */
export const crashRules: readonly Rule<ContainerContext>[] = [oom, runError, architecture]

/** A container that starts and ends again and again. After the probes' rules: a kill by the kubelet is no crash. */
export const crashLoopRules: readonly Rule<ContainerContext>[] = [crashLoop]
