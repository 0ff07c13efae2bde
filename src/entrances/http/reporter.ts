/** What a server tells of itself. */
export type Reporter = { /** A bug: whatever was thrown. */ failed(error: unknown): void; answered(endpoint: string, status: number, ms: number): void }
