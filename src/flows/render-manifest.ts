import type { Plan } from '../core/plan/types.js'
import type { Files } from '../ports/files.js'
import type { Helm } from '../ports/helm.js'

/** What the plan would apply, rendered from a private copy of its values; Helm's refusal is returned, not thrown. */
export async function renderManifest({ files, helm }: { files: Files; helm: Helm }, plan: Plan): Promise<string | Error> {
  const folder = await files.temporary()
  try {
    const file = `${folder.path}/values.yaml`
    await files.write(file, plan.valuesText, 0o600)
    return await helm.template(plan.target, file)
  } catch (error) {
    return error as Error
  } finally {
    await folder.dispose()
  }
}
