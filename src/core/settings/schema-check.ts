import { Ajv as Ajv7, type ErrorObject, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { quoted } from '../text/characters.js'
import { nearest } from '../text/nearest.js'
import { catalog } from './catalog.js'
import { fromStored } from './codec.js'
import { ValuesDocument } from './document.js'
import { formatPath, getPath, isTree, mergeTrees, parsePath, type Path } from './path.js'
import type { AnswerValue } from './types.js'
import { isAsked, isEmpty, validateAnswer } from './validate.js'

/** What is wrong at one place of a values file. Line and column count from 1. */
export interface ValuesProblem {
  file: string
  line: number
  column: number
  path: string
  /** Lower case, no full stop. */
  reason: string
  /** What to write instead, when that is near. */
  suggestion?: string
}

type Tree = Record<string, unknown>

/**
 * Checks a values file against the chart's schema and against the settings, in the order of the lines. `defaults` are
 * the chart's: rules between keys hold for both together. What is only missing is not reported, other layers may have it.
 * @throws ValuesError when the text is no values file at all
 */
export async function checkValues(
  text: string,
  filename: string,
  schema: Readonly<Tree>,
  defaults: Readonly<Tree> = {},
): Promise<ValuesProblem[]> {
  const document = ValuesDocument.parse(text, filename)
  // A null deletes a default in Helm: it is no value.
  const own = withoutNulls(document.toObject()) as Tree
  const all = mergeTrees(defaults, own)
  const errors = schemaErrors(schema, all)
  const problems: ValuesProblem[] = []
  const add = (path: Path, reason: string, suggestion?: string) => {
    const text = formatPath(path)
    if (problems.some((problem) => problem.path === text)) return
    problems.push({
      file: filename,
      ...document.locate(path),
      path: text,
      reason,
      ...(suggestion !== undefined ? { suggestion } : {}),
    })
  }
  for (const { path, reason, suggestion } of ownProblems(document, all)) add(path, reason, suggestion)
  for (const error of merged(errors)) {
    const path = pathOf(error, all)
    if (path.length === 0 || !document.has(path)) continue
    const { reason, suggestion } = explain(error, document, path)
    add(path, reason, suggestion)
  }
  return problems.sort((a, b) => a.line - b.line || a.column - b.column)
}

const compiled = new WeakMap<object, ValidateFunction>()

// Ajv comes with this file, which is itself only loaded when there is a file to check. A dynamic import of Ajv would
// lose its named exports in the bundle: it is CommonJS.
function compile(schema: Readonly<Tree>): ValidateFunction {
  const Ajv = String(schema.$schema ?? '').includes('2020-12') ? Ajv2020 : Ajv7
  return new Ajv({ allErrors: true, strict: false, verbose: true, validateFormats: false }).compile(schema)
}

function schemaErrors(schema: Readonly<Tree>, values: Tree): ErrorObject[] {
  const validate = compiled.get(schema) ?? compile(schema)
  compiled.set(schema, validate)
  return validate(values) ? [] : [...(validate.errors ?? [])]
}

// The settings know better words than the schema: "25GB is not a Kubernetes quantity: use 25Gi or 25G".
function ownProblems(document: ValuesDocument, values: Tree): { path: Path; reason: string; suggestion?: string }[] {
  const answers: Record<string, AnswerValue | undefined> = {}
  for (const setting of catalog)
    if (setting.path !== undefined) answers[setting.id] = fromStored(setting, getPath(values, setting.path))
  return catalog.flatMap((setting) => {
    const value = answers[setting.id]
    if (setting.path === undefined || value === undefined || isEmpty(value) || !document.has(setting.path)) return []
    const problem = validateAnswer(setting, value, answers)
    // A wrong form is wrong even where it does not count; two answers that contradict each other may both not count.
    if (!problem || !(isAsked(setting, answers) || validateAnswer(setting, value, {}))) return []
    return [
      {
        path: parsePath(setting.path),
        reason: problem.message,
        ...(problem.suggestion !== undefined ? { suggestion: problem.suggestion } : {}),
      },
    ]
  })
}

// Errors inside the branches of anyOf, oneOf and if are guesses: the error of the whole stands for them.
function merged(errors: ErrorObject[]): ErrorObject[] {
  const wholes = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
  return errors.filter((error) => {
    if (error.keyword === 'if' || error.keyword === 'required' || error.keyword === 'allOf') return false
    const inside = wholes.some(
      (whole) =>
        error !== whole && error.instancePath === whole.instancePath && error.schemaPath.startsWith(`${whole.schemaPath}/`),
    )
    return !inside
  })
}

// JSON pointer to path; a key that should not be there is part of the path.
function pathOf(error: ErrorObject, values: Tree): Path {
  const path: (string | number)[] = []
  let value: unknown = values
  for (const part of error.instancePath.split('/').slice(1)) {
    const key = part.replace(/~1/g, '/').replace(/~0/g, '~')
    path.push(Array.isArray(value) ? Number(key) : key)
    value = Array.isArray(value) ? value[Number(key)] : (value as Tree | undefined)?.[key]
  }
  const extra = error.params as { additionalProperty?: string; unevaluatedProperty?: string; propertyName?: string }
  const key = extra.additionalProperty ?? extra.unevaluatedProperty ?? extra.propertyName
  return key === undefined ? path : [...path, key]
}

function explain(error: ErrorObject, document: ValuesDocument, path: Path): { reason: string; suggestion?: string } {
  const value = document.get(path)
  const shown = typeof value === 'object' ? kindOf(value) : quoted(String(value))
  const params = error.params as Record<string, unknown>
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(path.at(-1))
      const known = Object.keys((error.parentSchema?.properties as Tree | undefined) ?? {})
      const near = nearest(key, known)
      return {
        reason: `unknown key ${quoted(key)}${near || known.length === 0 || known.length > 12 ? '' : `: known are ${known.join(', ')}`}`,
        ...(near ? { suggestion: near } : {}),
      }
    }
    case 'enum': {
      const allowed = (params.allowedValues as unknown[]).map(String)
      const near = nearest(String(value), allowed)
      return {
        reason: `${shown} is none of ${allowed.map((a) => (a === '' ? '""' : a)).join(', ')}`,
        ...(near ? { suggestion: near } : {}),
      }
    }
    case 'type':
      return wrongType([params.type as string | string[]].flat(), value, document.source(path))
    case 'anyOf':
    case 'oneOf': {
      const types = ((error.schema as unknown as { type?: string }[] | undefined) ?? [])
        .map((branch) => branch.type)
        .filter((type) => type !== undefined)
      const fits =
        types.length === 0 || types.includes(typeOf(value)) || (types.includes('number') && typeOf(value) === 'integer')
      return fits
        ? { reason: `${shown} fits none of the allowed forms${described(error)}` }
        : wrongType(types, value, document.source(path))
    }
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return {
        reason: `${shown} must be ${comparison(String(params.comparison))} ${String(params.limit)}`,
        suggestion: String(params.limit),
      }
    case 'pattern':
      return { reason: `${shown} has not the form that is needed${described(error)}` }
    case 'minLength':
    case 'minItems':
      return {
        reason:
          Number(params.limit) === 1
            ? 'must not be empty'
            : `must have at least ${String(params.limit)} ${error.keyword === 'minLength' ? 'characters' : 'items'}`,
      }
    case 'maxLength':
    case 'maxItems':
      return { reason: `must have at most ${String(params.limit)} ${error.keyword === 'maxLength' ? 'characters' : 'items'}` }
    case 'const':
      return { reason: `must be ${JSON.stringify(params.allowedValue)}`, suggestion: String(params.allowedValue) }
    default:
      return { reason: `${shown} ${error.message ?? 'is refused'}${described(error)}` }
  }
}

function described(error: ErrorObject): string {
  const description: unknown = error.parentSchema?.description
  return typeof description === 'string' && description !== '' ? `: ${description.replace(/\.$/, '')}` : ''
}

const comparison = (sign: string) => ({ '>=': 'at least', '<=': 'at most', '>': 'more than', '<': 'less than' })[sign] ?? sign

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

const nouns: Record<string, string> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
}

const kindOf = (value: unknown) => nouns[typeOf(value)] ?? typeOf(value)

function wrongType(wanted: string[], value: unknown, source: string | undefined): { reason: string; suggestion?: string } {
  const is =
    typeof value === 'object'
      ? kindOf(value)
      : `${typeof value === 'string' ? 'the text' : typeof value === 'number' ? 'the number' : 'the switch'} ${quoted(source ?? String(value))}`
  const names = wanted.filter((type) => type !== 'null').map((type) => nouns[type] ?? type)
  return { reason: `must be ${names.join(' or ')}, is ${is}`, ...suggestionFor(wanted, value, source) }
}

function suggestionFor(wanted: string[], value: unknown, source: string | undefined): { suggestion?: string } {
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return { suggestion: JSON.stringify(source ?? String(value)) }
  if (typeof value !== 'string') return {}
  const trimmed = value.trim().toLowerCase()
  if (wanted.includes('boolean') && /^(true|false|yes|no|on|off)$/.test(trimmed))
    return { suggestion: /^(true|yes|on)$/.test(trimmed) ? 'true' : 'false' }
  if ((wanted.includes('integer') && /^-?\d+$/.test(trimmed)) || (wanted.includes('number') && /^-?\d+(\.\d+)?$/.test(trimmed)))
    return { suggestion: trimmed }
  return wanted.includes('array') ? { suggestion: `[${JSON.stringify(value)}]` } : {}
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isTree(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, withoutNulls(child)]),
  )
}
