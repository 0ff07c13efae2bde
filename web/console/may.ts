import { rights, type Verb } from '#domain/access.ts'
import { useAround } from './self.ts'

/** Whether one of the roles of whoever looks is among those that may. It is control that decides; this only spares people buttons that would be refused. */
export const useMay = (): ((verb: Verb) => boolean) => {
  const { self } = useAround()
  return verb => {
    const grant = rights[verb][0]
    if (grant.reach === 'nothing') return false
    return !('who' in grant) || grant.who.some(role => (self.roles as readonly string[]).includes(role))
  }
}
