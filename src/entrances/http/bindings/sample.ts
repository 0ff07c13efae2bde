import { loadSample } from '#control/sample/sample.ts'
import type { sampleApi } from '#wire/api/sample.ts'
import { type Bindings, deciding } from '../call.ts'

export const sampleBindings: Bindings<typeof sampleApi> = { 'sample.load': deciding(desk => loadSample(desk)) }
