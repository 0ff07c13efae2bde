import { Fault } from '#domain/faults.ts'
import type { Instant } from '#domain/time.ts'
import { sentenceOf } from '#domain/refusals.ts'
import type { Issuer } from '#ports/issuer.ts'

type Refused = { readonly refused: string }
/** The use cases of an issuer, as whoever has its book calls them. */
export type IssuerDesk = {
  activate(wish: { readonly request: string; readonly from: string }): Promise<{ readonly activation: string } | Refused>
  deactivated(wish: { readonly receipt: string }): Promise<Readonly<Record<string, never>> | Refused>
  stands(wish: { readonly activation: string }): Promise<{ readonly stands: boolean; readonly at: Instant | null } | Refused>
}

/** An issuer in this process. */
export const localIssuer = (desk: IssuerDesk): Issuer => ({
  async activate(request, signal) {
    signal.throwIfAborted()
    return given(await desk.activate({ request, from: 'this process' })).activation
  },
  async deactivated(receipt, signal) {
    signal.throwIfAborted()
    given(await desk.deactivated({ receipt }))
  },
  async stands(activation, signal) {
    signal.throwIfAborted()
    return given(await desk.stands({ activation }))
  },
})

const given = <Answer extends object>(answer: Answer | Refused): Answer => {
  if ('refused' in answer) throw new Fault('ISSUER_REFUSED', { issuer: 'this process', code: answer.refused, reason: sentenceOf(answer) })
  return answer
}
