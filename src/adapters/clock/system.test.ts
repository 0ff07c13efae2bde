import { clockContract } from '#ports/clock.contract.ts'
import { systemClock } from './system.ts'

clockContract('the system clock', () => ({ clock: systemClock, pass: ms => systemClock.sleep(ms) }))
