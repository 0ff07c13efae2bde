import { Fault } from '#domain/faults.ts'
import type { ControlPlane } from '#ports/control-plane.ts'
import { asking } from '#wire/ask.ts'
import { askedControl } from './asked.ts'

/** A control at an address, by HTTPS. Without it only on this machine: the token and what is reported could be read on the way. */
export const openHttpControl = ({ url, token }: { readonly url: string; readonly token: string }): ControlPlane => askedControl(originOf(url), asking(url, token))

/** The origin of an address that may be asked. Fault CONTROL_REFUSED: it may not. */
export const originOf = (url: string): string => {
  const { protocol, hostname, origin } = new URL(url)
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) throw new Fault('CONTROL_REFUSED', { control: origin, reason: 'it is reached by https://, and by http:// only on the same machine.' })
  return origin
}
