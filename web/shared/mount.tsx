import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/noto-sans-jp/wght.css'
import '@mantine/core/styles.layer.css'
import './tokens.css'
import './base.css'
import './print.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './asking.ts'
import { SpeaksTo } from './language.tsx'
import { Broken } from './broken.tsx'
import { keepTitle } from './page-title.ts'
import { theme, variables } from './theme.ts'

/** Only what bears this request's number is taken as a style of ours. */
const nonce = (): string => document.querySelector('meta[name="rehome-nonce"]')?.getAttribute('content') ?? ''

/** Puts a face into the page. Light, dark, or as the system has it: `data-mantine-color-scheme` on the root says which, and `data-theme` says so to our own colours. */
export const mount = (face: ReactNode): void => {
  const place = document.getElementById('page')
  if (place === null) throw new Error('the page has no place for it')
  // What the library locks the page's scrolling with asks for the number by this name.
  Object.assign(globalThis, { __webpack_nonce__: nonce() })
  keepTheme()
  keepTitle(place)
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={nonce}>
        <QueryClientProvider client={queries}><SpeaksTo><Broken>{face}</Broken></SpeaksTo></QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}

/** The library sets its attribute; our colours follow it. */
const keepTheme = (): void => {
  const root = document.documentElement
  const follow = (): void => { root.dataset['theme'] = root.dataset['mantineColorScheme'] === 'dark' ? 'dark' : 'light' }
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] })
  follow()
}
