import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readBounces } from './bounces.ts'

type Parts = { recipients: string; original?: string; originalType?: string }
const report = ({ recipients, original = 'Message-ID: <abc123@meridian.example>\nSubject: your window\n', originalType = 'text/rfc822-headers' }: Parts): Buffer =>
  Buffer.from(`Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.tsubame.example>
To: bounces@meridian.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <the-report-itself@mx.tsubame.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.tsubame.example
Arrival-Date: Sun, 22 Nov 2026 18:30:00 +0900 (JST)

${recipients}
--b1
Content-Type: ${originalType}

${original}
--b1--
`.replaceAll('\n', '\r\n'))

const failed = `Final-Recipient: rfc822; yoko@tsubame.example
Original-Recipient: rfc822;yoko@tsubame.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.tsubame.example
Diagnostic-Code: smtp; 550 5.1.1 <yoko@tsubame.example>: Recipient address
    rejected: User unknown
`

describe('reports of failure', () => {
  it('say which letter to which address failed, and why', async () => {
    assert.deepEqual(await readBounces(report({ recipients: failed })), [{
      address: 'yoko@tsubame.example', messageId: '<abc123@meridian.example>', permanent: true, status: '5.1.1', reason: '550 5.1.1 <yoko@tsubame.example>: Recipient address rejected: User unknown',
    }])
  })

  it('are read with the whole letter behind them too, whatever its Message-ID is quoted in', async () => {
    const original = 'From: a@meridian.example\nMessage-ID:\n <folded@meridian.example>\nContent-Type: text/plain\n\nMessage-ID: <not-this@one.example>\n'
    const [bounce] = await readBounces(report({ recipients: failed, original, originalType: 'message/rfc822' }))
    assert.equal(bounce?.messageId, '<folded@meridian.example>')
  })

  it('tell a delay from a failure, and pass over what arrived', async () => {
    const recipients = `${failed}
Final-Recipient: rfc822; <late@tsubame.example>
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; there@tsubame.example
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; given-up@tsubame.example
Action: failed
Status: 4.4.7
`
    assert.deepEqual((await readBounces(report({ recipients }))).map(({ address, permanent, status }) => [address, permanent, status]), [
      ['yoko@tsubame.example', true, '5.1.1'], ['late@tsubame.example', false, '4.4.1'], ['given-up@tsubame.example', false, '4.4.7'],
    ])
  })

  it('without a letter behind them name no Message-ID, never their own', async () => {
    const [bounce] = await readBounces(report({ recipients: failed, original: 'nothing', originalType: 'text/plain' }))
    assert.equal(bounce?.messageId, null)
  })

  it('are nothing else: absence notes, ordinary letters, noise', async () => {
    assert.deepEqual(await readBounces(Buffer.from('From: a@b.example\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n')), [])
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async noise => assert.deepEqual(await readBounces(noise), [])), { numRuns: 30 })
  })

  it('name addresses only, and their reasons can be shown', async () => {
    const hostile = failed.replaceAll('yoko@tsubame.example', 'x y <script>@z').replace('550 5.1.1', '\u001b[2J\u202e')
    assert.deepEqual(await readBounces(report({ recipients: hostile })), [])
    const [bounce] = await readBounces(report({ recipients: failed.replace('550 5.1.1', 'bad \u001b[2J') }))
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(bounce?.reason ?? '\u001b', /\u001b/)
  })
})
