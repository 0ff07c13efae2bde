import type { Told } from '../../../shared/ask.ts'

export type Overviewed = Told<'programmes.overview'>
