import { startProxy } from './proxy.ts'

/** The proxy as a process: PROXY_UPSTREAM, PROXY_TOKEN, and if wanted PROXY_PORT, PROXY_ADMIN_PORT, PROXY_STATE. Says its two addresses as one JSON line; ends on SIGTERM, and with the process that started it. */
const { PROXY_UPSTREAM: upstream, PROXY_TOKEN: token, PROXY_PORT = '0', PROXY_ADMIN_PORT = '0', PROXY_STATE: stateFile } = process.env
if (upstream === undefined || token === undefined) throw new Error('PROXY_UPSTREAM and PROXY_TOKEN must be set')

const proxy = await startProxy({ upstream, token, port: Number(PROXY_PORT), adminPort: Number(PROXY_ADMIN_PORT), ...(stateFile === undefined ? {} : { stateFile }) })
process.stdout.write(`${JSON.stringify({ url: proxy.url, adminUrl: proxy.adminUrl })}\n`)

const end = (): void => { void proxy[Symbol.asyncDispose]().then(() => process.exit(0)) }
process.on('SIGTERM', end).on('disconnect', end).on('SIGINT', () => { /* Ctrl-C at a terminal is for who started us */ })
