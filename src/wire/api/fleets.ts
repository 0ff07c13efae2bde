import { z } from 'zod'
import { serves } from '../agent.ts'
import { endpoint } from '../endpoint.ts'

const called = z.string().min(1).max(200)

export const fleetsApi = {
  'fleets.wanted': endpoint({ method: 'POST', path: '/api/fleets/wanted', says: 'Whose devices should come to these homes by now: for agents.', input: z.strictObject({ serves }), answer: z.strictObject({ wanted: z.array(z.strictObject({ home: z.string(), tenant: z.string(), fleets: z.array(z.string()) })) }) }),
  'fleets.tell': endpoint({ method: 'POST', path: '/api/fleets/seen', says: 'How many devices of a fleet were seen at a new home; as many as are wanted close the fleet’s task: for agents.', input: z.strictObject({ home: called, tenant: called, seen: z.array(z.strictObject({ fleet: called, devices: z.int().min(0), least: z.int().min(1) })).max(500) }), answer: z.strictObject({}) }),
}
