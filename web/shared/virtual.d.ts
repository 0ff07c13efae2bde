declare module 'virtual:endpoints' {
  export const endpoints: Readonly<Record<string, readonly [method: 'GET' | 'POST', path: string]>>
}
