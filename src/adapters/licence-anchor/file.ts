import { open, mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Fault } from '#domain/faults.ts'
import { jsonOf } from '#lib/answer.ts'
import type { Anchor } from '#domain/licence/anchor.ts'
import type { AnchorPlace } from '#ports/licence-anchor.ts'

const schema = z.strictObject({ server: z.string(), epoch: z.int().min(0), seen: z.number().min(0), licences: z.record(z.string(), z.strictObject({ generation: z.int().min(0), isGivenUp: z.boolean() })) })

/** The anchor in a file, beside the server’s key. It is written aside, brought to the disk and put in place in one step. Fault LICENCE_ANCHOR_WRONG. */
export const anchorFileAt = (file: string): AnchorPlace => {
  let last: Promise<void> = Promise.resolve()
  return {
    async read(server) {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw new Fault('LICENCE_ANCHOR_WRONG', { file, reason: error.message }, { cause: error })
      })
      if (text === undefined) return undefined
      const parsed = schema.safeParse(jsonOf(text))
      if (!parsed.success) throw new Fault('LICENCE_ANCHOR_WRONG', { file, reason: 'it is not as it was written' })
      return parsed.data.server === server ? parsed.data as Anchor : undefined
    },
    write(anchor) {
      const turn = last.then(() => writeWhole(file, `${JSON.stringify(anchor)}\n`))
      last = turn.catch(() => { /* whoever asked is told */ })
      return turn
    },
  }
}

const writeWhole = async (file: string, text: string): Promise<void> => {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const aside = await open(`${file}.new`, 'w', 0o600)
    try {
      await aside.writeFile(text)
      await aside.sync()
    } finally {
      await aside.close()
    }
    await rename(`${file}.new`, file)
    const folder = await open(dirname(file), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    throw new Fault('LICENCE_ANCHOR_WRONG', { file, reason: error instanceof Error ? error.message : '' }, { cause: error })
  }
}
