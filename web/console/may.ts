import { isForRoles, type Verb } from '#domain/access.ts'
import { useAround } from './self.ts'

/** Whether one of the roles of whoever looks is among those that may. It is control that decides; this only spares people buttons that would be refused. */
export const useMay = (): ((verb: Verb) => boolean) => {
  const { self } = useAround()
  return verb => isForRoles(verb, self.roles)
}
