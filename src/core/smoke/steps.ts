/** One step of the smoke test (`helm test`), as the test pod reports it. */
export interface SmokeStep {
  step: string
  ok: boolean
  detail: string
  ms: number
}

/** The steps in their order. The pod prints one line per step; see `parseSmokeLine`. */
export const smokeSteps = [
  { id: 'reach', title: 'server answers through its Service' },
  { id: 'auth', title: 'authentication is enforced' },
  { id: 'run', title: 'experiment and run created' },
  { id: 'metric', title: 'param, metric and tag read back' },
  { id: 'artifact-up', title: 'artifact uploaded' },
  { id: 'artifact-down', title: 'artifact downloaded, same bytes' },
  { id: 'model', title: 'model registered' },
] as const

/** Reads one log line of the smoke pod; undefined for any other line. */
export function parseSmokeLine(line: string): SmokeStep | undefined {
  const start = line.indexOf('{"smoke":')
  if (start < 0) return undefined
  try {
    const { smoke } = JSON.parse(line.slice(start)) as { smoke: Partial<SmokeStep> }
    if (typeof smoke.step !== 'string' || typeof smoke.ok !== 'boolean') return undefined
    return { step: smoke.step, ok: smoke.ok, detail: String(smoke.detail ?? ''), ms: Number(smoke.ms ?? 0) }
  } catch {
    return undefined
  }
}
