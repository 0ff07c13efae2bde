import type { FleetControl } from '#ports/fleet-control.ts'
import { asking } from '#wire/ask.ts'
import { sayingTo } from './asked.ts'
import { originOf } from './http.ts'

/** A control at an address, for whoever watches which devices come to a new home. */
export const openFleetControl = ({ url, token }: { readonly url: string; readonly token: string }): FleetControl => {
  const label = originOf(url)
  const [ask, say] = [asking(url, token), sayingTo(label)]
  return {
    label,
    wanted: (serves, signal) => say(signal, async stop => (await ask('fleets.wanted', { serves: [...serves] }, { signal: stop })).wanted),
    tell: (of, seen, signal) => say(signal, async stop => { await ask('fleets.tell', { ...of, seen: [...seen] }, { signal: stop }) }),
  }
}
