import { type Answer, ask, type AskOptions } from './ask.ts'
import { type Activation, type Moved, openDocument } from './documents.ts'
import { recall, type Remembered, remember } from './remembered.ts'

export type ServerSettings = { readonly url: string; readonly issuerKey: string; readonly token?: string | undefined; readonly folder?: string | undefined }

/** A chain of moves is followed so far. */
const mostHops = 5

/** One licence server, wherever it is by now. It is followed only where the server that was there signed it, and to a server that has an activation of the same issuer. */
export class Server {
  readonly #settings: ServerSettings
  readonly #keys = new Map<string, string>()
  #url: string
  /** When the notice that was followed last was written: an older one leads back in a circle. */
  #followedAt = -Infinity
  #isRecalled: Promise<void> | undefined

  constructor(settings: ServerSettings) {
    this.#settings = settings
    this.#url = settings.url
  }

  get url(): string {
    return this.#url
  }

  /** Once seats are held, a silent server is waited for; before, the address that was configured is as good as the one that was remembered. */
  forget(): void {
    this.#url = this.#settings.url
    this.#followedAt = -Infinity
    this.#keys.clear()
  }

  /** Documents of the issuer tell the keys of its servers. */
  learn({ server, publicKey }: Pick<Activation, 'server' | 'publicKey'>): void {
    this.#keys.set(server, publicKey)
  }

  async ask(path: string, body: object | undefined, options: Omit<AskOptions, 'token'>): Promise<Answer> {
    this.#isRecalled ??= this.#recall()
    await this.#isRecalled
    return await ask(at(this.#url, path), body, { ...options, token: this.#settings.token })
  }

  /** Goes where the signed notice says. False: it is not to be believed, or leads nowhere new. Rejects if the new server cannot be reached. */
  async follow(notice: string, options: Omit<AskOptions, 'token'>): Promise<boolean> {
    const found = await this.#findNew(notice, options)
    if (found === undefined) return false
    this.learn(found.activation)
    this.#url = found.to.url
    this.#followedAt = found.at
    if (this.#settings.folder !== undefined) await remember(this.#settings.folder, this.#settings.url, { to: found.to, activation: found.signed, at: found.at })
    return true
  }

  async #findNew(first: string, options: Omit<AskOptions, 'token'>): Promise<{ readonly to: Moved['to']; readonly at: number; readonly activation: Activation; readonly signed: string } | undefined> {
    let [notice, url, key] = [first, this.#url, undefined as string | undefined]
    for (let hops = 0; hops < mostHops; hops++) {
      const moved = await this.#believed(notice, url, key, options)
      if (moved === undefined || moved.at <= this.#followedAt || !isAsSafe(this.#settings.url, moved.to.url)) return undefined
      const { said } = await ask(at(moved.to.url, 'api/server'), undefined, { ...options, token: this.#settings.token })
      if (said['server'] !== moved.to.server || said['publicKey'] !== moved.to.publicKey) return undefined
      if (typeof said['moved'] !== 'string') {
        const signed = typeof said['activation'] === 'string' ? said['activation'] : ''
        const activation = openDocument('rehome-activation', signed, this.#settings.issuerKey)
        return activation?.server === moved.to.server && activation.publicKey === moved.to.publicKey ? { to: moved.to, at: moved.at, activation, signed } : undefined
      }
      // It has moved on: its own notice is signed by the key that the one before vouched for.
      ;[notice, url, key] = [said['moved'], moved.to.url, moved.to.publicKey]
    }
    return undefined
  }

  /** By the key that an activation of the issuer named. Of a server that was never met before, by the key that it says it has: whatever it leads to must show an activation of the issuer. */
  async #believed(notice: string, url: string, vouched: string | undefined, options: Omit<AskOptions, 'token'>): Promise<Moved | undefined> {
    if (vouched !== undefined) return openDocument('rehome-moved', notice, vouched)
    for (const [server, key] of this.#keys) {
      const moved = openDocument('rehome-moved', notice, key)
      if (moved?.from === server) return moved
    }
    if (this.#keys.size > 0) return undefined
    const { said } = await ask(at(url, 'api/server'), undefined, { ...options, token: this.#settings.token })
    const moved = openDocument('rehome-moved', notice, String(said['publicKey']))
    return moved?.from === said['server'] ? moved : undefined
  }

  async #recall(): Promise<void> {
    const { folder, url, issuerKey } = this.#settings
    const known: Remembered | undefined = folder === undefined ? undefined : await recall(folder, url)
    const activation = known === undefined ? undefined : openDocument('rehome-activation', known.activation, issuerKey)
    if (known === undefined || activation?.server !== known.to.server || activation.publicKey !== known.to.publicKey || !isAsSafe(url, known.to.url)) return
    this.#url = known.to.url
    this.#followedAt = known.at
    this.learn(activation)
  }
}

const at = (base: string, path: string): URL => new URL(path, base.endsWith('/') ? base : `${base}/`)

/** Nobody is led from an address that is secured to one that is not. */
const isAsSafe = (from: string, to: string): boolean => {
  const [was, is] = [URL.canParse(from) ? new URL(from).protocol : '', URL.canParse(to) ? new URL(to).protocol : '']
  return is === 'https:' || (is === 'http:' && was === 'http:')
}
