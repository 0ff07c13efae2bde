/** Names of things, so that one is never taken for another: UUIDs of version 7, which sort by the time they were made. */
export type Id<Kind extends string> = string & { readonly kind: Kind }

/** What comes from outside and has been checked to be a UUID. */
export const asId = <Kind extends string>(text: string): Id<Kind> => text as Id<Kind>
