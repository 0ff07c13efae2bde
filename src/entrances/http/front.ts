import type { Hono } from 'hono'
import type { World } from '#control/ground/world.ts'
import { page, preferred } from './page.ts'

/** What stands at the address itself, for whoever comes without a link: where to go. */
export const addFront = (app: Hono, { site }: World): void => {
  app.get('/', c => page(c, preferred(c), {
    title: { en: 'Rehome', ja: 'Rehome' },
    lines: [
      { en: `This is control at ${site}. Letters from here have links that lead you to what is yours to do.`, ja: `こちらは ${site} のコントロールです。お手元に届いたメールのリンクから、ご担当の作業ページをお開きください。` },
      { en: `The vendor’s people ask it on the command line, npx rehome sign-in --site ${site}, or over HTTP: /openapi.json says how.`, ja: `ベンダーの担当者は、コマンドライン（npx rehome sign-in --site ${site}）または HTTP（/openapi.json を参照）からご利用ください。` },
    ],
  }))
}
