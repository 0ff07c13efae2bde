/** A browser at a site: keeps cookies and sends them along, and says where its pages come from. `script`: one of our own pages asks; otherwise a form or a link does. */
export type TestBrowser = {
  readonly cookies: ReadonlyMap<string, string>
  /** Every cookie as it was set, with its attributes. */
  readonly set: readonly string[]
  open(path: string, init?: RequestInit): Promise<Response>
  submit(path: string, form?: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Response>
  script(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export const browserAt = (site: string): TestBrowser => {
  const cookies = new Map<string, string>()
  const set: string[] = []
  const open = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(new URL(path, site), { redirect: 'manual', ...init, headers: { ...init.headers as Record<string, string>, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } })
    for (const line of response.headers.getSetCookie()) {
      set.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  const own = { origin: site, 'sec-fetch-site': 'same-origin' }
  return {
    cookies, set, open,
    submit: (path, form = {}, headers = {}) => open(path, { method: 'POST', body: new URLSearchParams(form), headers: { ...own, ...headers } }),
    script: (path, body, headers = {}) => open(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-rehome': '1', ...own, ...headers } }),
  }
}
