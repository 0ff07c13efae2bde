import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { join } from '#control/people/people-of-vendor.ts'
import type { Begun } from '#control/people/sessions.ts'
import { isRefused, type Refused } from '#control/ground/desk.ts'
import { finishSetup } from '#control/people/setup.ts'
import type { World } from '#control/ground/world.ts'
import { locales, type Text } from '#domain/locale.ts'
import { sentenceOf } from '#domain/refusals.ts'
import { peopleApi } from '#wire/api/people.ts'
import { signInApi } from '#wire/api/sign-in.ts'
import { keepSession } from './browser.ts'
import { page, preferred } from './page.ts'
import { says } from './page-words.ts'

const least = 12

/** The first steps of the vendor's people, as forms that work without scripts. With a passkey they are made by programs of the browser's, through the same use cases. */
export const addFirstPages = (app: Hono, world: World): void => {
  app.get('/setup/:token', c => page(c, preferred(c), {
    title: says.setUp, lines: [says.setUpWhy],
    button: { to: c.req.path, says: says.setUpButton, fields: [
      { name: 'company', says: says.company }, { name: 'country', says: says.country }, { name: 'zone', says: says.zone }, { name: 'locale', says: says.language, choices: locales, value: preferred(c) },
      { name: 'name', says: says.yourName }, { name: 'email', says: says.yourAddress, type: 'email' }, { name: 'password', says: says.password, type: 'password', least },
    ] },
  }))
  app.post('/setup/:token', async c => {
    const { company, country, zone, locale, ...person } = await c.req.parseBody()
    const parsed = signInApi['setup.finish'].input.safeParse({ token: c.req.param('token'), vendor: { name: company, country, zone, locale }, ...person })
    return parsed.success ? arrived(c, world, await finishSetup(world, parsed.data, c.req.raw.signal)) : notTaken(c, z.prettifyError(parsed.error))
  })
  app.get('/join/:token', c => page(c, preferred(c), { title: says.join, lines: [says.joinWhy], button: { to: c.req.path, says: says.joinButton, fields: [{ name: 'password', says: says.password, type: 'password', least }] } }))
  app.post('/join/:token', async c => {
    const parsed = peopleApi['joining.finish'].input.safeParse({ token: c.req.param('token'), ...await c.req.parseBody() })
    return parsed.success ? arrived(c, world, await join(world, parsed.data, c.req.raw.signal)) : notTaken(c, z.prettifyError(parsed.error))
  })
}

const arrived = (c: Context, world: World, begun: Begun | (Refused & { readonly says?: Text })): Response => {
  if (isRefused(begun)) return 'says' in begun && begun.says !== undefined ? page(c, preferred(c), { title: says.notTaken, lines: [begun.says] }, 422) : notTaken(c, sentenceOf(begun))
  keepSession(c, world, begun)
  return c.redirect('/', 303)
}

const notTaken = (c: Context, what: string): Response => page(c, preferred(c), { title: says.notTaken, lines: [{ en: says.back.en.replace('{what}', what), ja: says.back.ja.replace('{what}', what) }] }, 422)
