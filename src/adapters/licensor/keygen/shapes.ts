import { z } from 'zod'

/** What is read of Keygen's answers (https://keygen.sh/docs/api/licenses/, https://keygen.sh/docs/api/machines/); what else they have is left alone. */
const linked = z.looseObject({ data: z.looseObject({ id: z.string() }).nullish() })

export const keygenLicence = z.looseObject({
  type: z.literal('licenses'),
  id: z.string(),
  attributes: z.looseObject({ name: z.string().nullable(), key: z.string(), expiry: z.iso.datetime({ offset: true }).nullable(), maxProcesses: z.number().int().nullish(), floating: z.boolean().optional() }),
  relationships: z.looseObject({ product: linked.optional() }),
})

export const keygenMachine = z.looseObject({
  type: z.literal('machines'),
  id: z.string(),
  attributes: z.looseObject({ fingerprint: z.string(), name: z.string().nullish(), hostname: z.string().nullish() }),
  relationships: z.looseObject({ license: z.looseObject({ data: z.looseObject({ id: z.string() }) }) }),
})

export const keygenFile = z.looseObject({
  type: z.literal('license-files'),
  attributes: z.looseObject({ certificate: z.string().regex(/^-----BEGIN LICENSE FILE-----\n[\s\S]+-----END LICENSE FILE-----\n?$/) }),
})

/** Of `validate` and `validate-key`; `data` is null where there is no licence with the key. */
export const validated = z.looseObject({ meta: z.looseObject({ valid: z.boolean(), code: z.string() }), data: keygenLicence.nullable() })

export const one = <Of extends z.ZodType>(of: Of) => z.looseObject({ data: of })
export const page = <Of extends z.ZodType>(of: Of) => z.looseObject({ data: z.array(of), links: z.looseObject({ next: z.string().nullish() }).optional() })

export type KeygenLicence = z.output<typeof keygenLicence>
export type KeygenMachine = z.output<typeof keygenMachine>
