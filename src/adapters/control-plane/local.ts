import type { ControlPlane } from '#ports/control-plane.ts'
import { asking } from '#wire/ask.ts'
import { askedControl } from './asked.ts'

/** A control in this process, by its own interface without a socket. */
export const openLocalControl = ({ answer, token }: { readonly answer: (request: Request) => Response | Promise<Response>; readonly token: string }): ControlPlane =>
  askedControl('this process', asking('http://control.local', token, async (url, init) => await answer(new Request(url, init))))
