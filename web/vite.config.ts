import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = import.meta.dirname

/**
 * `virtual:endpoints`: method and path of everything that control can be asked, read from the one table of endpoints. The pages need no more of it to ask (the types they
 * have from the table itself), so neither it nor the library that checks what is sent is loaded by a browser.
 */
const endpoints = (): Plugin => {
  const name = 'virtual:endpoints'
  return {
    name,
    resolveId: id => (id === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined
      const { api } = await import('../src/wire/api.ts')
      return `export const endpoints = ${JSON.stringify(Object.fromEntries(Object.entries(api).map(([of, { method, path }]) => [of, [method, path]])))}`
    },
  }
}

/** Two entries, one for each face; what they share is split off. Nothing is inlined: the content security policy allows no inline script or style. */
export default defineConfig({
  root: here,
  base: '/web/',
  plugins: [react(), endpoints()],
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    rollupOptions: { input: { console: join(here, 'console.html'), portal: join(here, 'portal.html') } },
  },
})
