import { createHash } from 'node:crypto'
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/**
 * Builds the console and the portal into `web/dist`, unless what is there was made of the same sources; beside every text a copy compressed by brotli and one by gzip, so that
 * serving costs nothing. A build that fails or is cut off leaves the one before.
 *
 *   node scripts/web.ts [--force]
 */
const checkout = join(import.meta.dirname, '..')
const [dist, made] = [join(checkout, 'web', 'dist'), join(checkout, 'web', `dist.${process.pid}`)]
const stamp = 'sources.sha256'

const sources = (): string => {
  const hash = createHash('sha256')
  for (const file of globSync(['web/**/*', 'src/wire/**/*.ts', 'src/domain/**/*.ts', 'package-lock.json', 'scripts/web.ts'], { cwd: checkout, withFileTypes: true, exclude: path => path.name.startsWith('dist') && path.parentPath.endsWith('web') }).filter(found => found.isFile()).map(found => join(found.parentPath, found.name)).toSorted()) {
    hash.update(file.slice(checkout.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

const compress = (folder: string): void => {
  for (const file of globSync('**/*.{js,css,svg}', { cwd: folder }).map(name => join(folder, name))) {
    const text = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }))
    writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }))
  }
}

const wanted = sources()
if (process.argv.includes('--force') || read(join(dist, stamp)) !== wanted) {
  const began = performance.now()
  const { build } = await import('vite')
  try {
    await build({ configFile: join(checkout, 'web', 'vite.config.ts'), configLoader: 'native', logLevel: 'warn', build: { outDir: made } })
    compress(made)
    writeFileSync(join(made, stamp), wanted)
    rmSync(dist, { recursive: true, force: true })
    renameSync(made, dist)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
  process.stderr.write(`set-up: built the console and the portal in ${((performance.now() - began) / 1_000).toFixed(1)} s.\n`)
}
