import type { z } from 'zod'
import { activate, install, request } from '#licence/activating.ts'
import { forgiveClock, readClock } from '#licence/forgiving.ts'
import { deactivate } from '#licence/giving-up.ts'
import { link, maintain, redirect, rename } from '#licence/orders.ts'
import { readServer, seatsOf, sheetOf, usageOf } from '#licence/reading.ts'
import { checkOut, heartbeat, release } from '#licence/seating.ts'
import type { Stand } from '#licence/stand.ts'
import type { LicenceRefused } from '#domain/licence/refused.ts'
import type { Endpoint } from '#wire/endpoint.ts'
import type { licencesApi, seatsApi } from '#wire/licence.ts'

/** What is only read may be shared. */
type Shared<T> = T extends string | number | boolean | null ? T : T extends readonly (infer Item)[] ? readonly Shared<Item>[] : { readonly [Name in keyof T]: Shared<T[Name]> }
type Answer<E extends Endpoint> = Shared<z.output<E['answer']>> | LicenceRefused
type Bound<E extends Endpoint> = (stand: Stand, input: z.output<E['input']>, signal: AbortSignal) => Promise<Answer<E>> | Answer<E>
type ServerApi = typeof seatsApi & typeof licencesApi

/** A use case for every endpoint of a licence server. */
export const serverBindings: { readonly [Name in keyof ServerApi]: Bound<ServerApi[Name]> } = {
  'seats.checkOut': (stand, input) => checkOut(stand, input),
  'seats.heartbeat': (stand, { leases }) => heartbeat(stand, leases),
  'seats.release': (stand, { leases }) => release(stand, leases),
  'server.read': stand => readServer(stand),
  'licences.sheet': stand => sheetOf(stand),
  'licences.maintain': (stand, input) => maintain(stand, input),
  'licences.deactivate': (stand, input, signal) => deactivate(stand, input, signal),
  'licences.install': (stand, input) => install(stand, input),
  'licences.request': (stand, input) => request(stand, input),
  'licences.activate': (stand, input, signal) => activate(stand, input, signal),
  'profiles.link': (stand, input) => link(stand, input),
  'profiles.rename': (stand, input) => rename(stand, input),
  'licences.redirect': (stand, input, signal) => redirect(stand, input, signal),
  'clock.read': stand => readClock(stand),
  'clock.forgive': (stand, input, signal) => forgiveClock(stand, input, signal),
  'seats.list': (stand, input) => seatsOf(stand, input),
  'seats.usage': (stand, input) => usageOf(stand, input),
}
