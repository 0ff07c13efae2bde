import { Option, type Command } from 'commander'
import type { Desk } from '../../desk.ts'
import type { LicenceServerOptions } from '../../licence-server-options.ts'
import { described } from '../../options.ts'

export const addLicenceServer = (group: Command, desk: Desk): void => {
  described(group.command('server').description('run a licence server on this machine; a second one for the same database stands by and takes over'), [
    new Option('--listen <address>', 'where it listens; 127.0.0.1:8098 if not given, and not in REHOME_LICENCE_LISTEN'),
    new Option('--issuer <url>', 'the vendor’s issuer; without it, or REHOME_LICENCE_ISSUER, the server is its own'),
    new Option('--issuer-key <key>', 'the issuer’s public key; learnt from --issuer at the first start if not given. Without --issuer: licences come as files'),
    new Option('--lease-seconds <n>', 'so long a seat is kept for whoever is not heard of, 5 to 3600; 90 if not given'),
    new Option('--machine-root <folder>', 'in a container: where the machine’s own file system is mounted, so that licences are bound to the machine'),
    new Option('--certificate <file>', 'for HTTPS: the certificate and those above it, as PEM'),
    new Option('--certificate-key <file>', 'its private key'),
    new Option('--plain', 'without HTTPS although other machines reach it: a reverse proxy has the certificate'),
  ], [
    ['rehome licence server', 'a vendor’s own, with the issuer, for this machine; its state is in REHOME_HOME and, where DATABASE_URL or REHOME_LICENCE_DATABASE is set, in that database'],
    ['rehome licence server --listen 0.0.0.0:8098 --issuer https://licences.vendor.example --certificate server.pem --certificate-key server.key', 'at a customer’s'],
  ]).action(async (options: LicenceServerOptions) => {
    await desk.services.serveLicences(options, text => { desk.out.write(text) }, desk.signal)
    desk.end('interrupted')
  })
}
