import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PageContext, PageName, Pages } from '#contract/pages.ts'

export interface Bundle {
  readonly renderPage: <Name extends PageName>(name: Name, props: Pages[Name], context: PageContext) => string
  readonly assets: PageContext['assets']
}

interface ManifestEntry {
  readonly file: string
  readonly css?: readonly string[]
}

const ENTRY = 'client/main.ts'
const PAGES = fileURLToPath(new URL('../../../dist/resident/server/pages.js', import.meta.url))
const MANIFEST = fileURLToPath(new URL('../../../dist/resident/client/.vite/manifest.json', import.meta.url))
let loading: Promise<Bundle> | undefined

/** The built pages and the names of their assets; loaded once, at the first page, so that the API needs no build. */
export function loadBundle(): Promise<Bundle> {
  if (loading === undefined) {
    loading = load()
    // A build that was missing may be there at the next try.
    loading.catch(() => {
      loading = undefined
    })
  }
  return loading
}

async function load(): Promise<Bundle> {
  const manifest = JSON.parse(await readFile(MANIFEST, 'utf8')) as Readonly<Record<string, ManifestEntry>>
  const entry = manifest[ENTRY]
  if (entry === undefined) throw new Error(`${MANIFEST} does not name ${ENTRY}: build the web anew`)
  const pages = (await import(pathToFileURL(PAGES).href)) as Pick<Bundle, 'renderPage'>
  return {
    renderPage: pages.renderPage,
    assets: { styles: (entry.css ?? []).map((name) => `/${name}`), scripts: [`/${entry.file}`] },
  }
}
