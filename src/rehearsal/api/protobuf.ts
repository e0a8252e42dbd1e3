import type { Json } from '../json.js'

// Both Helms write their release Secrets, and delete, with protobuf bodies, and do not try again as JSON after a 415.
// Answers stay JSON: the same clients accept it. Field numbers: generated.proto of k8s.io/api and k8s.io/apimachinery.
const messages: Record<string, Record<number, string>> = {
  Unknown: { 1: 'typeMeta:TypeMeta', 2: 'raw:raw' },
  TypeMeta: { 1: 'apiVersion:str', 2: 'kind:str' },
  Secret: { 1: 'metadata:ObjectMeta', 2: 'data:{}bytes', 3: 'type:str', 4: 'stringData:{}str', 5: 'immutable:bool' },
  ObjectMeta: {
    1: 'name:str',
    2: 'generateName:str',
    3: 'namespace:str',
    5: 'uid:str',
    6: 'resourceVersion:str',
    7: 'generation:int',
    8: 'creationTimestamp:Time',
    11: 'labels:{}str',
    12: 'annotations:{}str',
    14: 'finalizers:[]str',
    17: 'managedFields:[]ManagedFieldsEntry',
  },
  ManagedFieldsEntry: {
    1: 'manager:str',
    2: 'operation:str',
    3: 'apiVersion:str',
    4: 'time:Time',
    6: 'fieldsType:str',
    7: 'fieldsV1:FieldsV1',
    8: 'subresource:str',
  },
  FieldsV1: { 1: 'raw:str' },
  Time: { 1: 'seconds:int' },
  DeleteOptions: { 1: 'gracePeriodSeconds:int', 2: 'preconditions:Preconditions', 4: 'propagationPolicy:str', 5: 'dryRun:[]str' },
  Preconditions: { 1: 'uid:str', 2: 'resourceVersion:str' },
}
const magic = 'k8s\0'

/** Undefined: not protobuf, or a kind that no client of ours sends so. */
export function decodeProtobuf(body: Buffer): Json | undefined {
  if (body.subarray(0, 4).toString('latin1') !== magic) return undefined
  const envelope = decode(body.subarray(4), 'Unknown')
  const { apiVersion = 'v1', kind } = envelope.typeMeta ?? {}
  if (kind !== 'Secret' && kind !== 'DeleteOptions') return undefined
  return { apiVersion, kind, ...decode(envelope.raw ?? Buffer.alloc(0), kind) }
}

/** The wire's fields: number, and either a number or bytes. https://protobuf.dev/programming-guides/encoding/ */
function* fieldsOf(bytes: Buffer): Generator<{ field: number; number: bigint; body: Buffer }> {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('protobuf: body is cut short')
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const field = Number(tag >> 3n)
    const wireType = Number(tag & 7n)
    if (wireType === 0) yield { field, number: varint(), body: Buffer.alloc(0) }
    else if (wireType === 2) {
      const end = Number(varint()) + at
      yield { field, number: 0n, body: bytes.subarray(at, end) }
      at = end
    } else throw new Error(`protobuf: wire type ${wireType}`)
  }
}

function decode(bytes: Buffer, message: string): Json {
  const out: Json = {}
  for (const { field, number, body } of fieldsOf(bytes)) {
    const [, name, shape, type] = /^(\w+):(\{\}|\[\])?(\w+)$/.exec(messages[message]![field] ?? '') ?? []
    if (name === undefined || type === undefined) continue
    if (shape === '{}') {
      const [key, value] = [...fieldsOf(body)].sort((a, b) => a.field - b.field)
      ;(out[name] ??= {})[key?.body.toString() ?? ''] = value ? valueOf(type, value.body, value.number) : ''
    } else if (shape === '[]') (out[name] ??= []).push(valueOf(type, body, number))
    else out[name] = valueOf(type, body, number)
  }
  // Go writes fields that are not pointers even when they are empty; JSON leaves them out.
  for (const [key, value] of Object.entries(out))
    if (value === '' || value === undefined || (key === 'generation' && value === 0)) delete out[key]
  if (message === 'Time') return out.seconds ? new Date(out.seconds * 1000).toISOString().replace('.000Z', 'Z') : undefined
  return message === 'FieldsV1' ? JSON.parse(out.raw ?? '{}') : out
}

function valueOf(type: string, body: Buffer, number: bigint): Json {
  if (type === 'str') return body.toString()
  if (type === 'bytes') return body.toString('base64')
  if (type === 'raw') return body
  if (type === 'int') return Number(BigInt.asIntN(64, number))
  return type === 'bool' ? number !== 0n : decode(body, type)
}
