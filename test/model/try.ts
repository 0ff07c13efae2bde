import { openModel, tick, blows, type Blow } from './world.ts'
import { randomOf } from './shop.ts'
const seed = Number(process.argv[2])
const model = await openModel(seed)
const random = randomOf(seed * 7919)
let printed = 0
const t0 = Date.now()
let running: ReturnType<typeof model.begin> 
let lives = 0
const show = () => { for (; printed < model.events.length; printed++) { const e = model.events[printed]!; if (e.type === 'stage' || e.type === 'retry' || e.type==='freeze' || e.type==='waits' || e.type === 'forecast') console.log(Date.now()-t0, JSON.stringify(e).slice(0, 260)) } }
const t = setInterval(() => { show(); console.log(Date.now()-t0,'life', lives, 'steps', running.steps(), 'acks', model.writers.acknowledged) }, 1000)
let over = false
setTimeout(() => { show(); console.log('TIMEOUT'); process.exit(1) }, 25000)
for (; !over; lives++) {
  const strikes = new Map<number, Blow>()
  for (let at = 0, n = 0; n < 4 && lives < 12; n++) strikes.set((at += 1 + Math.floor(random() * 500)), blows[Math.floor(random() * blows.length)]!)
  console.log(lives, strikes)
  running = model.begin('settled', strikes)
  let ended = false
  const asking = (async () => { while (!ended) { const verb = model.events.filter(e => e.type === 'stage' && e.stage === 'switched').length < seed % 3 ? 'turn-back' : 'settle'; running.mover.tell({ verb, approvedBy: 'x' }); await tick() } })()
  try { const o = await running.ended; show(); console.log('LIFE', lives, o); if (o !== 'killed') over = true } catch (e) { show(); console.log('FAIL', lives, String(e)) }
  ended = true; await asking
}
clearInterval(t)
await model.close()
process.exit(0)
