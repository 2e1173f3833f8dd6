/** Opens the collecting page without a network: the network first, and what the page kept of itself when it does not answer. */
interface FetchEvent extends Event {
  readonly request: Request
  respondWith(response: Promise<Response>): void
}
interface Worker {
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
}
interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}

const PAGE = '/staff/collect'
// One bar of signal in a valley is worse than none; whoever stands at the door is not kept waiting for it.
const NETWORK_MILLISECONDS_MAX = 4000

const worker = globalThis as unknown as Worker
worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { pathname } = new URL(request.url)
  if (request.mode === 'navigate') event.respondWith(openPage(request))
  // Their names carry a hash of what they hold, so a kept one is never stale.
  else if (pathname.startsWith('/staff/assets/')) event.respondWith(keptOrFetched(request))
})

async function openPage(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE)
  if (kept === undefined) return fetch(request)
  try {
    const response = await fetch(request.url, { signal: AbortSignal.timeout(NETWORK_MILLISECONDS_MAX) })
    return response.ok ? response : kept
  } catch {
    return kept
  }
}

async function keptOrFetched(request: Request): Promise<Response> {
  return (await caches.match(new URL(request.url).pathname)) ?? fetch(request)
}
