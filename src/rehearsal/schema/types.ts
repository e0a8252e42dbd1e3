import raw from './schema.json' with { type: 'json' }

/**
 * Structure of each served kind and of all types in them: type → field → `[!]` (required), `[]` list or `{}` map, then
 * `str | int | num | bool | time | ios` (int or string) `| qty | any` or the name of another type. Kubernetes 1.34.
 */
export const types: Readonly<Record<string, Readonly<Record<string, string>>>> = raw

/** What the schema says of one field. */
export interface FieldType {
  required: boolean
  shape: 'list' | 'map' | 'one'
  type: string
  /** `V1PodSpec.containers`: key of the merge rules. */
  where: string
}

/** Undefined when the type is unknown or has no such field. */
export function fieldType(model: string, field: string): FieldType | undefined {
  const written = types[model]?.[field]
  if (written === undefined) return undefined
  const [, required, shape, type] = /^(!?)(\[\]|\{\})?(.*)$/.exec(written) as unknown as [
    string,
    string,
    string | undefined,
    string,
  ]
  return {
    required: required === '!',
    shape: shape === '[]' ? 'list' : shape === '{}' ? 'map' : 'one',
    type,
    where: `${model}.${field}`,
  }
}
