import { join } from 'node:path'
import { Fault } from '#domain/faults.ts'
import type { LicenceServerOptions } from '#entrances/cli/licence-server-options.ts'
import type { Config } from './config.ts'

export type LicenceServerSettings = {
  readonly listen: { readonly host: string; readonly port: number }
  /** Undefined: one of our own is run beside the ledger, or is the ledger's. */
  readonly database: string | undefined
  readonly schema: string
  /** Key, anchor and tokens. */
  readonly folder: string
  readonly ledger: string
  /** Undefined: this server is its own issuer. */
  readonly issuer: string | undefined
  readonly issuerKey: string | undefined
  readonly leaseSeconds: number
  readonly machineRoot: string
  readonly seatToken: string | undefined
  readonly tls: { readonly certificate: string; readonly key: string } | undefined
}

export const usualPort = 8098

/** From the command line, and where it says nothing from the environment. Fault SETTINGS_WRONG. */
export const readLicenceSettings = ({ home, environment }: Config, given: LicenceServerOptions): LicenceServerSettings => {
  const wrong = (name: string, reason: string): Fault => new Fault('SETTINGS_WRONG', { file: name, reason })
  const listen = given.listen ?? environment['REHOME_LICENCE_LISTEN'] ?? `127.0.0.1:${usualPort}`
  const [, host = '', port = ''] = /^(?:(.*):)?(\d{1,5})$/.exec(listen) ?? []
  if (port === '' || Number(port) > 65_535) throw wrong('--listen', `${listen} is no address such as 0.0.0.0:8098`)
  const leaseSeconds = Number(given.leaseSeconds ?? environment['REHOME_LICENCE_LEASE_SECONDS'] ?? 90)
  if (!Number.isInteger(leaseSeconds) || leaseSeconds < 5 || leaseSeconds > 3_600) throw wrong('--lease-seconds', 'a lease lasts 5 to 3600 seconds')
  const issuer = given.issuer ?? environment['REHOME_LICENCE_ISSUER']
  if (issuer !== undefined && !URL.canParse(issuer)) throw wrong('--issuer', `${issuer} is no URL`)
  const [certificate, key] = [given.certificate ?? environment['REHOME_LICENCE_CERTIFICATE'], given.certificateKey ?? environment['REHOME_LICENCE_CERTIFICATE_KEY']]
  if ((certificate === undefined) !== (key === undefined)) throw wrong('--certificate', 'a certificate and its key go together')
  const at = host === '' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1')
  const isPlain = given.plain === true || environment['REHOME_LICENCE_PLAIN'] === '1'
  if (certificate === undefined && !isPlain && !isHere(at)) throw wrong('--listen', `${at} can be reached from other machines, and without a certificate activation codes and tokens could be read on the way: give --certificate and --certificate-key, or --plain where a reverse proxy on this machine or its own network has the certificate`)
  return {
    listen: { host: at, port: Number(port) }, leaseSeconds, issuer, issuerKey: given.issuerKey ?? environment['REHOME_LICENCE_ISSUER_KEY'],
    database: environment['REHOME_LICENCE_DATABASE'] ?? environment['DATABASE_URL'], schema: environment['REHOME_LICENCE_SCHEMA'] ?? 'licence', folder: join(home, 'licence'), ledger: join(home, 'ledger'),
    machineRoot: given.machineRoot ?? environment['REHOME_MACHINE_ROOT'] ?? '/', seatToken: environment['REHOME_LICENCE_SEAT_TOKEN'], tls: certificate === undefined || key === undefined ? undefined : { certificate, key },
  }
}

const isHere = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
