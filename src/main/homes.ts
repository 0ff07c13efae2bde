import type { HomeControl } from '#ports/home-control.ts'
import type { StoreSettings } from '#adapters/registry.ts'
import { openWebhook } from '#adapters/home-control/webhook.ts'

/** A home as settings that can be handed to another process. */
export type HomeSettings = { readonly store: StoreSettings; readonly hook?: { readonly url: string; readonly secret: string } }

export const openControl = ({ hook }: HomeSettings): HomeControl | undefined => (hook === undefined ? undefined : openWebhook(hook))
