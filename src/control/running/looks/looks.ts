import type { Check } from '#domain/checks.ts'
import type { Finding } from '#domain/gate.ts'
import { billingFindings, type BillingCheck } from '../../billing/billing-checks.ts'
import { filesDownloaded } from './files.ts'
import { forecastFitsWindow, moveFollowing, moveSwitched, oldLoginUnused, signedOff, windowConfirmed } from './moves.ts'
import { contactComplete, contactsVerified, credentialsCollected, dutiesFilled, integrationsTested, questionnaireComplete, thirdPartiesReady } from './people.ts'
import { addressServes, firewallPassed, probePassed, ssoTested, vpnTested } from './probes.ts'
import type { About, Look, Sight } from './sight.ts'
import { asTold, asToldLately, callHeld, dateCommitted, devicesArrived } from './told.ts'
import { assert } from '#lib/assert.ts'

const billing = (check: BillingCheck): Look => async ({ view, world, now, move }) => {
  const found = (await billingFindings({ view, world, now }, move, [check])).get(check)
  assert(found !== undefined, 'what is asked for is answered')
  return found
}

/** How each check is answered: none can be forgotten. */
export const looks: Readonly<Record<Check, Look>> = {
  'contacts-verified': contactsVerified,
  'contact-complete': contactComplete,
  'duties-filled': dutiesFilled,
  'questionnaire-complete': questionnaireComplete,
  'call-held': callHeld,
  'window-confirmed': windowConfirmed,
  'date-committed': dateCommitted,
  'data-measured': billing('data-measured'),
  'user-count-within-licence': billing('user-count-within-licence'),
  'quote-sent': billing('quote-sent'),
  'quote-accepted': billing('quote-accepted'),
  'paperwork-done': billing('paperwork-done'),
  'no-licence-gap': billing('no-licence-gap'),
  'files-downloaded': filesDownloaded,
  'files-confirmed': asTold('files-confirmed', { en: 'Nobody has confirmed yet that the files were downloaded.', ja: 'ファイルのダウンロード完了がまだ確認されていません。' }),
  'probe-passed': probePassed,
  'firewall-passed': firewallPassed,
  'sso-tested': ssoTested,
  'vpn-tested': vpnTested,
  'old-address-unused': asToldLately('old-address-unused', { en: 'Nobody has reported yet who comes by the old address.', ja: '旧アドレスへのアクセス状況がまだ報告されていません。' }),
  'old-login-unused': oldLoginUnused,
  'address-redirects': asTold('address-redirects', { en: 'The old address was not looked at yet.', ja: '旧アドレスの転送はまだ確認されていません。' }),
  'address-serves': addressServes,
  'credentials-collected': credentialsCollected,
  'rehearsed': asTold('rehearsed', { en: 'No rehearsal was reported yet.', ja: '予行演習はまだ報告されていません。' }),
  'forecast-fits-window': forecastFitsWindow,
  'move-following': moveFollowing,
  'move-switched': moveSwitched,
  'bundle-verified': asTold('bundle-verified', { en: 'The import has not reported yet.', ja: '取り込みの結果がまだ報告されていません。' }),
  'devices-arrived': devicesArrived,
  'integrations-tested': integrationsTested,
  'third-parties-ready': thirdPartiesReady,
  'licences-recorded': asTold('licences-recorded', { en: 'The licences were not recorded yet.', ja: 'ライセンスはまだ記録されていません。' }),
  'licences-inactive-at-origin': asTold('licences-inactive-at-origin', { en: 'The old machine has not reported yet.', ja: '旧マシンからの報告がまだありません。' }),
  'licences-active-at-destination': asTold('licences-active-at-destination', { en: 'The new machine has not reported yet.', ja: '新マシンからの報告がまだありません。' }),
  'profiles-found': asTold('profiles-found', { en: 'No application has reported its profile yet.', ja: 'プロファイルの参照結果がまだ報告されていません。' }),
  'versions-equal': asTold('versions-equal', { en: 'The versions were not compared yet.', ja: 'バージョンはまだ比較されていません。' }),
  'services-stopped': asTold('services-stopped', { en: 'The old machine has not reported yet.', ja: '旧マシンからの報告がまだありません。' }),
  'backup-verified': asTold('backup-verified', { en: 'No backup was read back yet.', ja: 'バックアップはまだ検証されていません。' }),
  'services-healthy': asTold('services-healthy', { en: 'The new machine has not reported yet.', ja: '新マシンからの報告がまだありません。' }),
  'signed-off': signedOff,
}

/** What is found, each thing looked at once. */
export const looker = (at: Sight): ((check: Check, about: About) => Promise<Finding>) => {
  const found = new Map<string, Promise<Finding>>()
  return (check, about) => {
    const name = JSON.stringify([check, about.environment, about.item])
    const known = found.get(name) ?? looks[check](at, about).then(({ held, why }): Finding => ({ held, why }))
    found.set(name, known)
    return known
  }
}
