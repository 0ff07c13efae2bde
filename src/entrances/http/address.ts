import type { Context } from 'hono'
import type { IncomingMessage } from 'node:http'

/** Tells where a request comes from: as the socket says, for headers say what anybody likes; behind one of the `proxies`, what that one says of whom it stands for. */
export type AddressOf = (c: Context) => string

export const addressBehind = (proxies: readonly string[]): AddressOf => {
  const known = new Set(proxies)
  return c => {
    const socket = plain((c.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming?.socket.remoteAddress ?? '')
    if (!known.has(socket)) return socket
    // Each proxy adds whom it heard at the end: the last that is no proxy of ours is the first that nobody could make up.
    const said = (c.req.header('x-forwarded-for') ?? '').split(',').map(one => plain(one.trim())).filter(one => one !== '')
    return said.findLast(one => !known.has(one)) ?? socket
  }
}

/** An IPv4 address that came over an IPv6 socket is that address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')
