import type { ReactNode } from 'react'
import { Gates } from './gates.tsx'
import type { PartProps } from './move.tsx'

export const GatesPart = ({ told }: PartProps): ReactNode => <Gates move={told.move.id} zone={told.customer.zone} />
