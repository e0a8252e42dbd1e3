import { parse } from 'yaml'
import type { ChartFiles } from '../core/plan/types.js'
import type { Files } from '../ports/files.js'

export const presetNames = ['dev', 'prod'] as const

/** Reads the chart and the presets that come with this program. @throws Error naming a file that is missing */
export async function loadChart(files: Files, root: string): Promise<ChartFiles> {
  const need = async (path: string): Promise<string> => {
    const text = await files.read(`${root}/${path}`)
    if (text === undefined) throw new Error(`${root}/${path} is missing: the package is incomplete, install it again`)
    return text
  }
  const [chartYaml, values, schema, ...presets] = await Promise.all([
    need('chart/Chart.yaml'),
    need('chart/values.yaml'),
    need('chart/values.schema.json'),
    ...presetNames.map((name) => need(`presets/${name}.yaml`)),
  ])
  const meta = parse(chartYaml) as { version: string; appVersion: string }
  return {
    path: `${root}/chart`,
    version: meta.version,
    appVersion: meta.appVersion,
    defaults: parse(values) as Record<string, unknown>,
    schema: JSON.parse(schema) as Record<string, unknown>,
    presets: Object.fromEntries(presetNames.map((name, i) => [name, presets[i]!])),
  }
}
