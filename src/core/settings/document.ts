import type { Document, LineCounter as Lines, Node, ParsedNode, Tags, YAMLError, YAMLSeq } from 'yaml'
import { isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { isTree, mergeTrees, parsePath, type Path } from './path.js'

/** A values file that cannot be used, with the place. The message names it: `prod.yaml:3:5: reason`. */
export class ValuesError extends Error {
  constructor(
    readonly file: string,
    readonly line: number,
    readonly column: number,
    readonly reason: string,
  ) {
    super(`${file}:${line}:${column}: ${reason}`)
    this.name = 'ValuesError'
  }
}

// Helm reads YAML 1.1 (yes, on, 0123) but neither its base-60 numbers nor its dates; measured with Helm 3.17 and 4.1.
const notInHelm = /:(timestamp|binary|omap|pairs|set)$/
/** How Helm reads YAML, for the `yaml` library. */
export const helmYaml = {
  schema: 'yaml-1.1',
  merge: true,
  // Texts that YAML 1.2 would read otherwise are quoted too: other tools read the file as well.
  compat: 'core',
  customTags: (tags: Tags) =>
    tags.filter((tag) => typeof tag === 'string' || !(notInHelm.test(tag.tag) || ('format' in tag && tag.format === 'TIME'))),
  uniqueKeys: true,
  prettyErrors: false,
} as const

/** More aliases of aliases than that are an attack on memory, not a values file. */
const maxAliasCount = 1000

/** A values file with its comments and order; keys that this program does not know stay untouched. */
export class ValuesDocument {
  private constructor(
    private readonly document: Document.Parsed<ParsedNode, boolean>,
    private readonly lines: Lines,
    /** As messages name it. */
    readonly filename: string,
  ) {}

  /**
   * An empty text is an empty map.
   * @throws ValuesError for broken YAML, duplicate keys, several documents, and a list or text at top level
   */
  static parse(text: string, filename: string): ValuesDocument {
    const lines = new LineCounter()
    // A byte order mark is nobody's content.
    const document = parseDocument(text.replace(/^\ufeff/, ''), { ...helmYaml, lineCounter: lines }) as Document.Parsed<
      ParsedNode,
      boolean
    >
    const error = document.errors[0]
    if (error) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new ValuesError(filename, line, col, reasonOf(error, text))
    }
    const { contents } = document
    if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
      const { line, col } = lines.linePos(contents.range?.[0] ?? 0)
      throw new ValuesError(
        filename,
        line,
        col,
        `a values file is a map of keys, this is a ${isScalar(contents) ? 'text' : 'list'}`,
      )
    }
    refuseBadAliases(document, lines, filename)
    const values = new ValuesDocument(document, lines, filename)
    if (!isMap(contents)) document.contents = document.createNode({}) as unknown as typeof document.contents
    return values
  }

  /** A document of an object, without comments. */
  static from(values: Readonly<Record<string, unknown>>, filename: string): ValuesDocument {
    return ValuesDocument.parse('', filename).mergeMissing(values)
  }

  /** The plain value at a path, or undefined. */
  get(path: string | Path): unknown {
    const node = this.nodeAt(toPath(path))
    return isNode(node) ? node.toJS(this.document) : node
  }

  /** Whether something (null too) is written at the path. */
  has(path: string | Path): boolean {
    return this.nodeAt(toPath(path)) !== undefined
  }

  /** Writes a value. A comment behind an overwritten scalar stays; what is on the way and no map or list is replaced. */
  set(path: string | Path, value: unknown): this {
    const keys = toPath(path)
    this.prepare(keys)
    const node = this.document.getIn(keys, true)
    if (isScalar(node) && (typeof value !== 'object' || value === null)) {
      if (node.value === value) return this
      node.value = value
      // How the old value was written (a number's digits, the quotes) does not hold for the new one.
      delete node.source
      delete node.type
      delete node.format
      delete node.tag
      delete node.minFractionDigits
      return this
    }
    this.document.setIn(keys, this.document.createNode(value))
    return this
  }

  /** Removes a value, and the maps that are empty without it. */
  delete(path: string | Path): this {
    const keys = toPath(path)
    if (this.nodeAt(keys) === undefined) return this
    this.prepare(keys)
    this.document.deleteIn(keys)
    for (let i = keys.length - 1; i > 0; i--) {
      const parent = this.document.getIn(keys.slice(0, i), true)
      if (!isMap(parent) || parent.items.length > 0) break
      this.document.deleteIn(keys.slice(0, i))
    }
    return this
  }

  /** Adds what is not written yet; nothing that is written changes. */
  mergeMissing(values: Readonly<Record<string, unknown>>, at: Path = []): this {
    for (const [key, value] of Object.entries(values)) {
      const path = [...at, key]
      const present = this.nodeAt(path)
      if (present === undefined) this.set(path, value)
      else if (isTree(value) && isTree(this.get(path))) this.mergeMissing(value, path)
    }
    return this
  }

  /** Where a path, or the nearest of its parents that is written, stands. Both count from 1. */
  locate(path: string | Path): { line: number; column: number } {
    const keys = toPath(path)
    for (let i = keys.length; i > 0; i--) {
      const offset = this.offsetOf(keys.slice(0, i))
      if (offset !== undefined) {
        const { line, col } = this.lines.linePos(offset)
        return { line, column: col }
      }
    }
    return { line: 1, column: 1 }
  }

  /** How a scalar is written in the file, e.g. `1.10` for the number 1.1; undefined for anything else. */
  source(path: string | Path): string | undefined {
    const node = this.nodeAt(toPath(path))
    return isScalar(node) ? node.source : undefined
  }

  toObject(): Record<string, unknown> {
    const values: unknown = this.document.toJS({ maxAliasCount })
    // A copy without the prototype tricks that a key such as __proto__ could play.
    return isTree(values) ? mergeTrees({}, values) : {}
  }

  /** The text, with comments. Strings that any YAML version reads as something else are quoted. */
  toString(): string {
    const { contents } = this.document
    if (isMap(contents) && contents.items.length === 0) {
      // `{}` under a comment would look like an answer.
      const comment = this.document.commentBefore ?? contents.commentBefore ?? this.document.comment
      return comment
        ? `${comment
            .split('\n')
            .map((line) => `#${line}`)
            .join('\n')}\n{}\n`
        : '{}\n'
    }
    if (isCollection(contents) && contents.flow) contents.flow = false
    return this.document.toString({ lineWidth: 0 })
  }

  // The node at a path; aliases and merged keys (`<<`) are followed.
  private nodeAt(path: Path): unknown {
    let node: unknown = this.document.contents
    for (const key of path) {
      node = this.resolve(node)
      if (!isCollection(node)) return undefined
      let next: unknown = node.get(key, true)
      if (next === undefined && isMap(node)) next = this.merged(node, key)
      if (next === undefined) return undefined
      node = next
    }
    return node ?? undefined
  }

  private merged(map: Node, key: string | number): unknown {
    if (!isMap(map)) return undefined
    for (const pair of map.items) {
      if (!isScalar(pair.key) || String(pair.key.value).replace(/^Symbol\(|\)$/g, '') !== '<<') continue
      const source = this.resolve(pair.value)
      const sources = isMap(source) ? [source] : isCollection(source) ? source.items.map((item) => this.resolve(item)) : []
      for (const candidate of sources) {
        if (isMap(candidate)) {
          const found = candidate.get(key, true)
          if (found !== undefined) return found
        }
      }
    }
    return undefined
  }

  private resolve(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node
  }

  // Makes every container on the way writable in place: an alias is replaced by a copy, so that the anchor stays as it is.
  private prepare(keys: Path): void {
    for (let i = 1; i <= keys.length; i++) {
      const here = keys.slice(0, i)
      const node = this.document.getIn(here, true)
      const next = keys[i]
      if (isAlias(node)) this.document.setIn(here, this.document.createNode(node.toJS(this.document)))
      else if (node === undefined && next !== undefined && this.nodeAt(here) !== undefined)
        this.document.setIn(here, this.document.createNode(this.get(here)))
      if (next === undefined) continue
      const container = this.document.getIn(here, true)
      if (typeof next === 'number') {
        if (!isSeq(container)) this.document.setIn(here, this.document.createNode([]))
        for (let length = (this.document.getIn(here, true) as YAMLSeq).items.length; length < next; length++)
          this.document.addIn(here, this.document.createNode({}))
      } else if (!isMap(container)) this.document.setIn(here, this.document.createNode({}))
      else if (container.flow && container.items.length === 0) container.flow = false
    }
  }

  private offsetOf(path: Path): number | undefined {
    const last = path.at(-1)
    const parent = this.resolve(path.length === 1 ? this.document.contents : this.nodeAt(path.slice(0, -1)))
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      if (pair && isNode(pair.key)) return pair.key.range?.[0]
    }
    const node = this.nodeAt(path)
    return isNode(node) ? node.range?.[0] : undefined
  }
}

function toPath(path: string | Path): Path {
  return typeof path === 'string' ? parsePath(path) : path
}

// The parser leaves aliases to those who read the values: here they are part of the file's form.
function refuseBadAliases(document: Document.Parsed, lines: Lines, filename: string): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return
      const { line, col } = lines.linePos(alias.range?.[0] ?? 0)
      throw new ValuesError(filename, line, col, `the alias *${alias.source} has no anchor before it`)
    },
  })
  try {
    document.toJS({ maxAliasCount })
  } catch (error) {
    throw new ValuesError(filename, 1, 1, error instanceof Error ? error.message : String(error))
  }
}

// The library's words where they are good, better ones for what people really do wrong.
function reasonOf(error: YAMLError, text: string): string {
  const line = text.slice(text.lastIndexOf('\n', error.pos[0] - 1) + 1).split('\n', 1)[0] ?? ''
  if (error.code === 'DUPLICATE_KEY')
    return `the key ${/^\s*(?:- )?["']?([^:"']+)/.exec(text.slice(error.pos[0]))?.[1]?.trim() ?? ''} is written twice: Helm would silently take the last one`
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line)) return 'a tab is not allowed as indentation: use spaces'
  if (error.code === 'MULTIPLE_DOCS') return 'the file has several documents (---): only one is allowed'
  return error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
}
