import type { Context, Hono, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import { askLinkAgain, type LinkSeen, lookAtLink, useLink } from '#control/people/contact-links.ts'
import { decide, look } from '#control/ground/desk.ts'
import { finishAtService } from '#control/people/service-sign-in.ts'
import type { World } from '#control/ground/world.ts'
import type { Locale, Text } from '#domain/locale.ts'
import { cameBack, keepSession } from './browser.ts'
import { aboutPeopleMs, evenly } from './evenly.ts'
import { nobody } from './nobody.ts'
import { type Button, page, preferred } from './page.ts'
import { says } from './page-words.ts'
import { addFirstPages } from './pages-first.ts'
import { cookieName, isFromElsewhere } from './token.ts'

/** The pages that are there without a console: where links of letters lead, where people come back from the vendor's sign-in, and the first steps. */
export const addPages = (app: Hono, world: World, limited: MiddlewareHandler): void => {
  for (const path of ['/link/*', '/setup/*', '/join/*', '/api/sign-in/return']) app.use(path, limited, bodyLimit({ maxSize: 16_384 }))
  for (const path of ['/link/*', '/setup/*', '/join/*']) app.use(path, ownForms(world))
  const seen = (c: Context): Promise<LinkSeen> => look(world, nobody, glance => lookAtLink(glance, { token: c.req.param('token') ?? '' }))
  app.get('/link/:purpose/:token', async c => linkPage(c, await seen(c)))
  app.post('/link/:purpose/:token', async c => {
    const locale = localeOf(c, await seen(c))
    const used = await decide(world, nobody, desk => useLink(desk, { token: c.req.param('token'), before: getCookie(c, cookieName) }))
    if (!('purpose' in used)) return linkPage(c, 'says' in used ? { ...used, locale } : await seen(c))
    if (used.begun === null) return page(c, locale, { title: says.confirmed, lines: [says.thanks] })
    keepSession(c, world, used.begun)
    return c.redirect('/', 303)
  })
  app.post('/link/:purpose/:token/again', async c => {
    const locale = localeOf(c, await seen(c))
    await evenly(aboutPeopleMs, () => askLinkAgain(world, { token: c.req.param('token') }))
    return page(c, locale, { title: says.sent, lines: [says.look] })
  })
  app.get('/api/sign-in/return', async c => {
    const came = await finishAtService(world, { query: new URL(c.req.url).search.slice(1), browser: cameBack(c), before: getCookie(c, cookieName) }, c.req.raw.signal)
    if ('refused' in came) return page(c, preferred(c), { title: says.notSignedIn, lines: ['says' in came ? came.says : says.noService] }, 403)
    keepSession(c, world, came)
    return c.redirect(came.returnTo, 303)
  })
  addFirstPages(app, world)
}

/** A form on a page of somebody else signs nobody in here as another. */
const ownForms = ({ site }: World): MiddlewareHandler => async (c, next) => {
  if (c.req.method === 'POST' && isFromElsewhere(c, site)) return page(c, preferred(c), { title: says.elsewhere, lines: [says.openHere] }, 403)
  await next()
}

const localeOf = (c: Context, { locale }: { readonly locale: Locale | undefined }): Locale => locale ?? preferred(c)

const linkPage = (c: Context, seen: LinkSeen): Response => {
  const to = `/link/${c.req.param('purpose') ?? ''}/${c.req.param('token') ?? ''}`
  if ('refused' in seen) {
    const again: Button | undefined = seen.again ? { to: `${to}/again`, says: says.sendAgain } : undefined
    return page(c, localeOf(c, seen), { title: says.linkVoid, lines: [seen.says], ...(again === undefined ? {} : { button: again }) }, seen.refused === 'link-unknown' ? 404 : 409)
  }
  const { name, company, purpose } = seen
  const who: Text = { en: `${name}, ${company}`, ja: `${company}　${name} 様` }
  return page(c, seen.locale, purpose === 'verify-contact' ? { title: says.confirm, lines: [who, says.confirmWhy], button: { to, says: says.confirmButton } } : { title: says.signIn, lines: [who, says.signInWhy], button: { to, says: says.signInButton } })
}

