import { askLink, askLinkAgain, useLink } from '#control/people/contact-links.ts'
import { decide, isRefused, look, type Refused } from '#control/ground/desk.ts'
import { addPasskey, askPasskey, listPasskeys, offerPasskey, removePasskey, signInByPasskey } from '#control/people/passkeys.ts'
import { changePassword, signInByPassword } from '#control/people/passwords.ts'
import { askCode, useCode } from '#control/people/second-factor.ts'
import { readSelf } from '#control/people/self.ts'
import { beginAtService } from '#control/people/service-sign-in.ts'
import { type Begun, endSession, listSessions } from '#control/people/sessions.ts'
import { finishSetup, offerSetupPasskey } from '#control/people/setup.ts'
import { asId } from '#domain/ids.ts'
import type { signInApi } from '#wire/api/sign-in.ts'
import type { Bindings, Call } from '../call.ts'
import { aboutPasswordsMs, aboutPeopleMs, evenly } from '../evenly.ts'

/** No answer of these is kept for a request that is asked again: there are tokens in them. */
export const signInBindings: Bindings<typeof signInApi> = {
  'links.ask': ({ world }, wish) => evenly(aboutPeopleMs, () => askLink(world, wish)),
  'links.again': ({ world }, wish) => evenly(aboutPeopleMs, () => askLinkAgain(world, wish)),
  'links.use': async ({ world, caller, browser }, { token }) => {
    const used = await decide(world, caller, desk => useLink(desk, { token, before: browser.before }))
    return 'refused' in used ? used : { ...used, begun: used.begun === null ? null : browser.signIn(used.begun) }
  },
  'codes.ask': ({ world, caller, session, token, signal }) => askCode(world, caller, { session, token }, signal),
  'codes.use': ({ world, caller, session, token }, { digits }) => decide(world, caller, desk => useCode(desk, { session, token, digits })),
  'sessions.begin': async (call, wish) => signedIn(call, await evenly(aboutPasswordsMs, () => signInByPassword(call.world, { ...wish, before: call.browser.before }, call.signal))),
  'sessions.read': ({ world, caller, session }) => look(world, caller, glance => readSelf(glance, session)),
  'sessions.list': ({ world, caller, session }) => look(world, caller, glance => listSessions(glance, session)),
  'sessions.end': async ({ world, caller, session, browser }, wish) => {
    const here = session === undefined ? undefined : asId<'session'>(session)
    const ended = await decide(world, caller, desk => endSession(desk, wish.session ?? here))
    if ('ended' in ended && ended.ended === session) browser.signOut()
    return ended
  },
  'service.begin': async ({ world, browser, signal }, wish) => {
    const begun = await beginAtService(world, wish, signal)
    if ('refused' in begun) return begun
    browser.leave(begun.browser)
    return { url: begun.url }
  },
  'passkeys.ask': ({ world }) => askPasskey(world),
  'passkeys.use': async (call, wish) => signedIn(call, await signInByPasskey(call.world, { ...wish, before: call.browser.before })),
  'passkeys.offer': ({ world, caller }) => offerPasskey(world, caller),
  'passkeys.add': ({ world, caller }, wish) => addPasskey(world, caller, wish),
  'passkeys.list': ({ world, caller }) => look(world, caller, listPasskeys),
  'passkeys.remove': ({ world, caller }, wish) => decide(world, caller, desk => removePasskey(desk, wish)),
  'passwords.change': ({ world, caller, session, signal }, wish) => changePassword(world, caller, wish, session, signal),
  'setup.offer': ({ world }, wish) => offerSetupPasskey(world, wish),
  'setup.finish': async (call, wish) => signedIn(call, await finishSetup(call.world, wish, call.signal)),
}

export const signedIn = ({ browser }: Call, begun: Begun | Refused): ReturnType<Call['browser']['signIn']> | Refused => (isRefused(begun) ? begun : browser.signIn(begun))
