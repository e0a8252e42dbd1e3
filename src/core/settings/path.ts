/** Keys and list positions on the way to a value: `['ingress', 'hosts', 0, 'host']`. */
export type Path = readonly (string | number)[]

type Tree = Record<string, unknown>

/**
 * Parses `a.b[0].c`; a key with dots is written `a["b.c"]`.
 * @throws Error for anything else: paths are written in the program, not by people
 */
export function parsePath(text: string): Path {
  const known = parsedPaths.get(text)
  if (known) return known
  const path: (string | number)[] = []
  const token = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (!match) throw new Error(`not a values path: ${text}`)
    if (match[2] !== undefined) path.push(Number(match[2]))
    else path.push(match[3] !== undefined ? (JSON.parse(`"${match[3]}"`) as string) : match[1]!)
  }
  parsedPaths.set(text, path)
  return path
}

// The same few paths are looked up with each key that somebody types.
const parsedPaths = new Map<string, Path>()

/** The text of a path, so that `parsePath(formatPath(p))` equals `p`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (/^[^.[\]"\s]+$/.test(key)) text += text === '' ? key : `.${key}`
    else text += `[${JSON.stringify(key)}]`
  }
  return text
}

/** Whether a value is a plain object (a map in YAML). */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Own properties only: a key such as "constructor" must not find what every object has.
function step(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
  return isTree(value) && Object.hasOwn(value, key) ? value[key as string] : undefined
}

/** The value at a path, or undefined. */
export function getPath(tree: unknown, path: string | Path): unknown {
  return toPath(path).reduce<unknown>(step, tree)
}

/** A copy of `tree` with `value` at the path; what is on the way and no container is replaced. The original is not touched. */
export function setPath<T>(tree: T, path: string | Path, value: unknown): T {
  const [key, ...rest] = toPath(path)
  if (key === undefined) return value as T
  const next = setPath(step(tree, key), rest, value)
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(tree) ? [...(tree as unknown[])] : []
    while (list.length < key) list.push({})
    list[key] = next
    return list as T
  }
  return define(isTree(tree) ? { ...tree } : {}, key, next) as T
}

/** A copy without the value at the path. Emptied containers stay. */
export function deletePath<T>(tree: T, path: string | Path): T {
  const keys = toPath(path)
  const last = keys.at(-1)
  if (last === undefined) return tree
  const parent = getPath(tree, keys.slice(0, -1))
  if (Array.isArray(parent) && typeof last === 'number') return setPath(tree, keys.slice(0, -1), parent.toSpliced(last, 1))
  if (!isTree(parent) || !Object.hasOwn(parent, last)) return tree
  const { [last as string]: _gone, ...kept } = parent
  return setPath(tree, keys.slice(0, -1), kept)
}

/** `over` laid over `under` as Helm does it: maps are merged, lists and scalars replaced. Neither is touched. */
export function mergeTrees(under: Readonly<Tree>, over: Readonly<Tree>): Tree {
  const merged: Tree = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined
    define(merged, key, isTree(before) && isTree(value) ? mergeTrees(before, value) : value)
  }
  return merged
}

// A plain assignment of "__proto__" would change the object's prototype instead.
function define(tree: Tree, key: string, value: unknown): Tree {
  Object.defineProperty(tree, key, { value, writable: true, enumerable: true, configurable: true })
  return tree
}

function toPath(path: string | Path): Path {
  return typeof path === 'string' ? parsePath(path) : path
}
