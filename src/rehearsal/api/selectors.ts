import type { Json } from '../json.js'
import { StatusError } from './errors.js'

type Labels = Record<string, string>

/** `a=b,c in (d,e),!f` as a predicate. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function labelSelector(expression: string | null): (labels: Labels) => boolean {
  const terms = expression?.match(/(?:[^,(]|\([^)]*\))+/g)?.map((term) => labelTerm(term.trim())) ?? []
  return (labels) => terms.every((term) => term(labels))
}

function labelTerm(term: string): (labels: Labels) => boolean {
  const [, setKey, not, list] = /^(\S+)\s+(not)?in\s+\(([^)]*)\)$/.exec(term) ?? []
  if (setKey !== undefined) {
    const values = list!.split(',').map((v) => v.trim())
    return (labels) => values.includes(labels[setKey] ?? '\0') === (not === undefined)
  }
  const [, key, operator, value] = /^([^!=\s]+)\s*(!=|==?)\s*(.*)$/.exec(term) ?? []
  if (key !== undefined) return (labels) => (labels[key] === value) === (operator !== '!=')
  return term.startsWith('!') ? (labels) => !(term.slice(1).trim() in labels) : (labels) => term in labels
}

/** `metadata.name=x,status.phase!=y` as a predicate; any path is served. @throws StatusError 400 */
export function fieldSelector(expression: string | null): (o: Json) => boolean {
  const terms = (expression ?? '')
    .split(',')
    .filter(Boolean)
    .map((term) => {
      const [, path, operator, value] = /^([^!=]+)(!=|==?)(.*)$/.exec(term) ?? []
      if (path === undefined) throw new StatusError('BadRequest', `Unable to find "${term}" that matches`)
      const keys = path.split('.')
      return (o: Json) => (String(keys.reduce((inner: Json, key) => inner?.[key], o) ?? '') === value) === (operator !== '!=')
    })
  return (o) => terms.every((term) => term(o))
}

/** A LabelSelector object against labels; an absent one selects nothing. */
export function selects(selector: Json, labels: Labels = {}): boolean {
  if (!selector) return false
  const operators: Record<string, (value: string | undefined, values: string[]) => boolean> = {
    In: (value, values) => value !== undefined && values.includes(value),
    NotIn: (value, values) => value === undefined || !values.includes(value),
    Exists: (value) => value !== undefined,
    DoesNotExist: (value) => value === undefined,
  }
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every((e: Json) => operators[e.operator]?.(labels[e.key], e.values ?? []))
  )
}
