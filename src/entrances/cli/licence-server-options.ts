/** What the command line says about a licence server; what it does not say, the environment may. */
export type LicenceServerOptions = {
  /** `host:port`. */
  readonly listen?: string
  readonly issuer?: string
  readonly issuerKey?: string
  readonly leaseSeconds?: string
  readonly machineRoot?: string
  readonly certificate?: string
  readonly certificateKey?: string
  readonly plain?: boolean
}
