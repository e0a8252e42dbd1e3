import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ValuesDocument } from '../../../src/core/settings/document.js'
import { deletePath, formatPath, getPath, mergeTrees, parsePath, setPath } from '../../../src/core/settings/path.js'

const key = fc.constantFrom('a', 'b', 'c', 'yes', 'n', '1', 'a.b', 'app.kubernetes.io/name', '#x', 'with blank', '"q"')
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('yes', '0123', '1e3', ' x ', 'a\nb', '\ttab', '# no comment', null),
)
const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(tie('tree'), { maxLength: 2 }),
    tie('tree'),
  ),
  tree: fc.dictionary(key, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<Record<string, unknown>>,
}))
const path = fc
  .tuple(key, fc.array(fc.oneof({ weight: 3, arbitrary: key }, { weight: 1, arbitrary: fc.nat(2) }), { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest])
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>
const reread = (document: ValuesDocument) => ValuesDocument.parse(document.toString(), 'v').toObject()

it('whatever is in a document comes out of its text again', () => {
  fc.assert(
    fc.property(tree, (values) => {
      expect(plain(reread(ValuesDocument.from(values, 'v')))).toEqual(plain(values))
    }),
    { numRuns: 500 },
  )
})

it('set does to the text what setPath does to the object', () => {
  fc.assert(
    fc.property(tree, path, fc.oneof(scalar, tree), (values, where, value) => {
      const document = ValuesDocument.parse(ValuesDocument.from(values, 'v').toString(), 'v').set(where, value)
      expect(plain(reread(document))).toEqual(plain(setPath(plain(values), where, value)))
      expect(plain(document.get(where))).toEqual(plain(value))
    }),
    { numRuns: 1000 },
  )
})

it('delete leaves nothing there and everything else', () => {
  fc.assert(
    fc.property(tree, path, (values, where) => {
      const document = ValuesDocument.parse(ValuesDocument.from(values, 'v').toString(), 'v').delete(where)
      // Out of a list, the next item moves up.
      if (typeof where.at(-1) === 'string') expect(document.get(where)).toBeUndefined()
      const expected = deletePath(plain(values), where)
      // Emptied maps go too: compared by what can still be reached.
      for (const top of Object.keys(expected))
        if (top !== where[0]) expect(plain({ v: reread(document)[top] })).toEqual(plain({ v: expected[top] }))
    }),
    { numRuns: 500 },
  )
})

it('mergeMissing is the merge under what is there', () => {
  fc.assert(
    fc.property(tree, tree, (values, more) => {
      const document = ValuesDocument.from(plain(values), 'v').mergeMissing(plain(more))
      expect(plain(reread(document))).toEqual(plain(mergeTrees(plain(more), plain(values))))
    }),
    { numRuns: 500 },
  )
})

it('paths survive being written', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ minLength: 1 }), fc.nat(9)), { minLength: 1 }), (where) => {
      expect(parsePath(formatPath(where))).toEqual(where)
    }),
  )
})

it('merging is what reading one after the other gives', () => {
  fc.assert(
    fc.property(tree, tree, path, (under, over, where) => {
      const own = getPath(over, where)
      if (own !== undefined && (typeof own !== 'object' || own === null || Array.isArray(own)))
        expect(getPath(mergeTrees(under, over), where)).toEqual(own)
    }),
  )
})
