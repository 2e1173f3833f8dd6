import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PageContext, PageName, Pages } from '#contract/pages.ts'

export interface Bundle {
  renderPage<Name extends PageName>(name: Name, props: Pages[Name], context: PageContext): string
  readonly assets: PageContext['assets']
}

interface ManifestEntry {
  readonly file: string
  readonly css?: readonly string[]
}

const ENTRY = 'client/main.ts'
const loading = new Map<string, Promise<Bundle>>()

/** The built pages and the names of their assets; loaded once, at the first page. */
export function loadBundle(path: string): Promise<Bundle> {
  let bundle = loading.get(path)
  if (bundle === undefined) {
    bundle = load(path)
    loading.set(path, bundle)
    // A build that was missing may be there at the next try.
    bundle.catch(() => loading.delete(path))
  }
  return bundle
}

async function load(path: string): Promise<Bundle> {
  const manifestPath = join(dirname(path), '..', 'client', '.vite', 'manifest.json')
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Readonly<Record<string, ManifestEntry>>
  const entry = manifest[ENTRY]
  if (entry === undefined) throw new Error(`${manifestPath} does not name ${ENTRY}: build the web anew`)
  const pages = (await import(pathToFileURL(path).href)) as Pick<Bundle, 'renderPage'>
  return {
    renderPage: pages.renderPage,
    assets: { styles: (entry.css ?? []).map((name) => `/${name}`), scripts: [`/${entry.file}`] },
  }
}
