import { Navigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** What a letter calls a page of a move, and where that stands here. */
const pages: Readonly<Record<string, string>> = { window: '/window', questionnaire: '/questionnaire', 'sign-off': '/sign-offs', plan: '/tasks', messages: '/faq' }

/** Leads from the address that stands in a letter to the page itself; which move it is about is known by then. */
export const OfLetter = (): ReactNode => {
  const { part } = useParams({ strict: false }) as { readonly part?: string }
  return <Navigate to={(pages[part ?? ''] ?? '/') as never} replace />
}
