import http from 'node:http'
import https from 'node:https'

export type Answer = { readonly status: number; readonly said: Readonly<Record<string, unknown>> }
export type AskOptions = {
  readonly signal: AbortSignal
  /** While this is asked the process may end. */
  readonly isIdle?: boolean
  readonly isHeartbeat?: boolean
  readonly token?: string | undefined
}

const patienceMs = 10_000
const mostBytes = 16 * 2 ** 20

/** Few sockets, kept open: a thousand check-outs at once go through them one after the other. Heartbeats have one of their own, so that they wait for nobody. */
const agents = { 'http:': new http.Agent({ keepAlive: true, maxSockets: 8 }), 'https:': new https.Agent({ keepAlive: true, maxSockets: 8 }) } as const
const heartbeatAgents = { 'http:': new http.Agent({ keepAlive: true, maxSockets: 2 }), 'https:': new https.Agent({ keepAlive: true, maxSockets: 2 }) } as const

/** Asks a licence server. Rejects if it cannot be reached, does not answer within ten seconds of its turn, or answers what is no JSON object; with the signal's reason once it is aborted. */
export const ask = (url: URL, body: object | undefined, { signal, isIdle = false, isHeartbeat = false, token }: AskOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const text = body === undefined ? undefined : JSON.stringify(body)
    const protocol = url.protocol === 'http:' ? 'http:' : 'https:'
    const request = (protocol === 'http:' ? http : https).request(url, {
      method: text === undefined ? 'GET' : 'POST', agent: (isHeartbeat ? heartbeatAgents : agents)[protocol], signal,
      headers: { accept: 'application/json', ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    })
    let late: NodeJS.Timeout | undefined
    const fail = (error: unknown): void => {
      clearTimeout(late)
      reject((signal.aborted ? signal.reason : error) as Error)
    }
    request.on('error', fail)
    // Counted from its turn: whoever stands in a long line was not yet heard.
    request.on('socket', socket => {
      if (request.destroyed) return
      late = setTimeout(() => request.destroy(new Error(`no answer within ${patienceMs} ms`)), patienceMs)
      if (!isIdle) return
      late.unref()
      socket.unref()
    })
    request.on('response', response => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > mostBytes) request.destroy(new Error('the answer is too long'))
        else chunks.push(chunk)
      })
      response.on('end', () => {
        clearTimeout(late)
        const said = objectOf(Buffer.concat(chunks).toString('utf8'))
        if (said === undefined) reject(new Error(`what answers there is no licence server: HTTP ${response.statusCode ?? 0}`))
        else resolve({ status: response.statusCode ?? 0, said })
      })
    })
    request.end(text)
  })

const objectOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
