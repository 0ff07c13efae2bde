import { startProduct } from './server.ts'

/**
 * The product as a process, set by its environment: ORDERS_DATABASE_URL, ORDERS_HOME, ORDERS_TENANT, ORDERS_SECRET, ORDERS_PORT (any free one if not given),
 * ORDERS_MAINTENANCE=on. Says its address on standard output once it answers. Ends on SIGTERM, and with the process that started it.
 */
const setting = (name: string): string => {
  const value = process.env[`ORDERS_${name}`]
  if (value === undefined) throw new Error(`ORDERS_${name} is not set`)
  return value
}

const product = await startProduct({
  databaseUrl: setting('DATABASE_URL'), home: setting('HOME'), tenant: setting('TENANT'), secret: setting('SECRET'),
  port: Number(process.env['ORDERS_PORT'] ?? '0'), inMaintenance: process.env['ORDERS_MAINTENANCE'] === 'on',
})
process.stdout.write(`${product.url}\n`)

const end = (): void => { void product[Symbol.asyncDispose]().then(() => process.exit(0)) }
process.on('SIGTERM', end).on('disconnect', end).on('SIGINT', () => { /* Ctrl-C at a terminal is for who started us */ })
