import http from 'node:http'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import { errorOfNetwork } from './errors.js'

/** What a request needs beside its own content; resolved by `Credentials`. */
export interface Access {
  headers: Record<string, string>
  agent: http.Agent
}

export interface RawRequest {
  method: string
  /** Path below the server's address, with its query. */
  path: string
  headers?: Record<string, string>
  body?: string
  /** Time until the answer's headers, and between pieces of a body that is read whole. */
  timeoutMs: number
  signal?: AbortSignal
}

/**
 * One HTTP request; resolves with the answer as soon as its headers are there.
 * @throws ApiError with status 0 when there is no answer
 */
export function send(server: string, access: Access, request: RawRequest): Promise<IncomingMessage> {
  const base = new URL(server)
  const module = base.protocol === 'http:' ? http : https
  // A path in the server's address (a proxy, Rancher) stays in front.
  const path = base.pathname.replace(/\/$/, '') + request.path
  return new Promise((resolve, reject) => {
    const outgoing = module.request(
      {
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port || (base.protocol === 'http:' ? 80 : 443),
        path,
        method: request.method,
        agent: access.agent,
        headers: {
          accept: 'application/json',
          'user-agent': 'mlflow-setup',
          ...access.headers,
          ...request.headers,
          ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
        },
        ...(request.signal ? { signal: request.signal } : {}),
      },
      (answer) => {
        clearTimeout(timer)
        resolve(answer)
      },
    )
    const timer = setTimeout(
      () => outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      request.timeoutMs,
    )
    outgoing.on('error', (error) => {
      clearTimeout(timer)
      reject(errorOfNetwork(error, server))
    })
    outgoing.end(request.body)
  })
}

/** The whole body as text. @throws ApiError with status 0 when it breaks off or stalls for `timeoutMs` */
export function readText(answer: IncomingMessage, server: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const stalled = () => answer.destroy(Object.assign(new Error('the answer stalled'), { code: 'ETIMEDOUT' }))
    let timer = setTimeout(stalled, timeoutMs)
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      finish()
    }
    answer.on('data', (part: Buffer) => {
      parts.push(part)
      clearTimeout(timer)
      timer = setTimeout(stalled, timeoutMs)
    })
    answer.on('end', () => settle(() => resolve(Buffer.concat(parts).toString('utf8'))))
    answer.on('error', (error) => settle(() => reject(errorOfNetwork(error, server))))
    answer.on('close', () => {
      if (!answer.complete)
        settle(() => reject(errorOfNetwork(Object.assign(new Error('cut off'), { code: 'ECONNRESET' }), server)))
    })
  })
}

/**
 * The lines of a body that never ends. `onBytes` hears of every piece, whole line or not.
 * @throws ApiError with status 0 when the connection breaks
 */
export async function* readLines(
  answer: IncomingMessage,
  server: string,
  onBytes: () => void = () => {},
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const part of answer) {
      onBytes()
      const pieces = (rest + decoder.decode(part as Buffer, { stream: true })).split('\n')
      rest = pieces.pop() ?? ''
      for (const line of pieces) if (line !== '') yield line
    }
    if (rest !== '') yield rest
  } catch (error) {
    throw errorOfNetwork(error, server)
  } finally {
    answer.destroy()
  }
}
