import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** A secret for as long as the page is looked at: in no cache, history or storage, and gone from the page before a browser can keep a picture of it to come back to. */
export const useSecret = <Secret extends object | string = string>(): readonly [Secret | null, (secret: Secret | null) => void] => {
  const [secret, keep] = useState<Secret | null>(null)
  useEffect(() => {
    const leave = (): void => { flushSync(() => { keep(null) }) }
    addEventListener('pagehide', leave)
    return () => { removeEventListener('pagehide', leave) }
  }, [])
  return [secret, keep]
}
