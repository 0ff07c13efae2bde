import { decide } from '#control/ground/desk.ts'
import { addPerson, changePerson, disablePerson, enablePerson, invitePerson, join, listPeople, offerJoinPasskey } from '#control/people/people-of-vendor.ts'
import type { peopleApi } from '#wire/api/people.ts'
import { type Bindings, deciding, looking } from '../call.ts'
import { signedIn } from './sign-in.ts'

export const peopleBindings: Bindings<typeof peopleApi> = {
  'people.list': looking(listPeople),
  // Not kept for a request that is asked again: an invitation is in it.
  'people.add': ({ world, caller }, wish) => decide(world, caller, desk => addPerson(desk, wish)),
  'people.change': deciding(changePerson),
  'people.disable': deciding(disablePerson),
  'people.enable': deciding(enablePerson),
  'people.invite': ({ world, caller }, wish) => decide(world, caller, desk => invitePerson(desk, wish)),
  'joining.offer': ({ world }, wish) => offerJoinPasskey(world, wish),
  'joining.finish': async (call, wish) => signedIn(call, await join(call.world, wish, call.signal)),
}
