import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSay } from '../../../shared/language.tsx'
import { Page } from '../../../shared/panel.tsx'
import { Due } from './due.tsx'
import { OfTenant } from './of-tenant.tsx'

const words = { title: { en: 'Offers', ja: '提案' }, lead: { en: 'Which moves are offered to whom, and who bears their cost.', ja: 'どのお客様にどの移行を提案できるか、費用はどちらの負担かを確認できます。' } }

/** Who is due a server of their own, and what can be offered to a tenant. The tenant that is looked at stands in the address. */
export const Offers = (): ReactNode => {
  const [say, go, { tenant }] = [useSay(), useNavigate(), useSearch({ strict: false }) as { readonly tenant?: string }]
  const choose = (id: string | null): void => { void go({ to: '/offers' as never, search: (id === null ? {} : { tenant: id }) as never, replace: true }) }
  return (
    <Page title={say(words.title)} lead={say(words.lead)}>
      <Due choose={choose} />
      <OfTenant tenant={tenant ?? null} choose={choose} />
    </Page>
  )
}
