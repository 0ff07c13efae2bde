import { openModel, tick } from './world.ts'
const model = await openModel(Number(process.argv[2]))
const running = model.begin('settled', process.argv[3] ? new Map([[Number(process.argv[3]), process.argv[4] as never]]) : new Map())
let printed = 0
const t = setInterval(() => { for (; printed < model.events.length; printed++) { const e = model.events[printed]!; if (e.type !== 'health' && e.type !== 'follow' && e.type !== 'copied' && e.type !== 'verified') console.log(JSON.stringify(e).slice(0, 300)) } ; console.log('steps', running.steps(), 'acks', model.writers.acknowledged) }, 500)
let n = 0
running.ended.then(o => { console.log('ENDED', o); n = 9 }, e => { console.log('FAILED', e); n = 9 })
for (let i = 0; n < 9 && i < 300000; i++) { if (n < 1) { if (running.mover.tell({ verb: 'turn-back', approvedBy: 'x' }).ok) n++ } else if (running.mover.tell({ verb: 'settle', approvedBy: 'x' }).ok) n = 2; await tick() }
clearInterval(t)
await model.close()
