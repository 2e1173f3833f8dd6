/** Keeps this page itself on the phone, so that it opens without a network; `worker.ts` then answers with what is kept. */
const WORKER = '/staff/collect-worker.js'
const SCOPE = '/staff/collect'
const CACHE = 'huiyin-collect'

/** @returns whether the page will open without a network from now on */
export async function keepPage(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE })
    await navigator.serviceWorker.ready
    const cache = await caches.open(CACHE)
    if (navigator.onLine) await refresh(cache)
    return (await cache.match(SCOPE)) !== undefined
  } catch {
    // Without a network, or where the browser keeps nothing: what was kept before decides.
    return (await caches.match(SCOPE)) !== undefined
  }
}

/** Scripts and styles first and the page last: a page that is kept finds everything it names. */
async function refresh(cache: Cache): Promise<void> {
  const page = await fetch(SCOPE, { cache: 'no-cache' })
  if (!page.ok) return
  const html = await page.clone().text()
  const named = [...html.matchAll(/(?:src|href)="(\/staff\/assets\/[^"]+)"/gu)].map((match) => match[1]!)
  const loaded = performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name).pathname)
    .filter((path) => path.startsWith('/staff/assets/'))
  const wanted = new Set([...named, ...loaded])
  for (const path of wanted) if ((await cache.match(path)) === undefined) await cache.add(path)
  await cache.put(SCOPE, page)
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url)
    if (pathname !== SCOPE && !wanted.has(pathname)) await cache.delete(url)
  }
}
