import { setTimeout as sleep } from 'node:timers/promises'

/** Longer than finding somebody and writing them a letter takes. */
export const aboutPeopleMs = 400
/** Longer than looking at a password takes. */
export const aboutPasswordsMs = 700

/** Answers no sooner than `ms` after it was asked: how long it took does not tell what was found. */
export const evenly = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
  const [answered] = await Promise.allSettled([work(), sleep(ms)])
  if (answered.status === 'rejected') throw answered.reason
  return answered.value
}
