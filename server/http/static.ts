import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

const DIST = fileURLToPath(new URL('../../dist', import.meta.url))
const CLIENT = join(DIST, 'resident', 'client')
const STAFF = join(DIST, 'staff')
/** Names carry a hash of their content, so they never change. */
const HASHED = { maxAge: '365d', immutable: true, preCompressed: true, decorateReply: false } as const
const LOOSE_FILES = ['favicon.svg', 'robots.txt']

/** Serves what `scripts/build-web.ts` built: the resident pages' assets, and the staff console with its own router. */
export async function registerStatic(app: FastifyInstance): Promise<void> {
  // The first registration gives replies `sendFile`; it serves nothing by itself.
  await app.register(fastifyStatic, { root: DIST, serve: false })
  await serveFolder(app, join(CLIENT, 'assets'), '/assets/')
  await serveFolder(app, join(STAFF, 'assets'), '/staff/assets/')
  for (const name of LOOSE_FILES) {
    app.get(`/${name}`, (_request, reply) => reply.sendFile(name, CLIENT, { maxAge: '1d' }))
  }
  app.get('/staff', (_request, reply) => reply.redirect('/staff/', 308))
  app.get('/staff/*', (_request, reply) => sendNewest(reply, 'index.html'))
  // The page that collects check-ins without a network is small and a page of its own; its worker opens it from the phone.
  app.get('/staff/collect', (_request, reply) => sendNewest(reply, 'collect.html'))
  app.get('/staff/collect/*', (_request, reply) => sendNewest(reply, 'collect.html'))
  app.get('/staff/collect-worker.js', (_request, reply) => sendNewest(reply, 'collect-worker.js'))
}

async function serveFolder(app: FastifyInstance, root: string, prefix: string): Promise<void> {
  // Not built: the addresses are simply not found, and the API works all the same.
  if (existsSync(root)) await app.register(fastifyStatic, { ...HASHED, root, prefix })
}

/** Every address below /staff is the console's own; a page must be asked for anew each time, since it names the assets. */
function sendNewest(reply: FastifyReply, name: 'index.html' | 'collect.html' | 'collect-worker.js'): FastifyReply {
  if (!existsSync(join(STAFF, name))) {
    reply.callNotFound()
    return reply
  }
  return reply.header('cache-control', 'no-cache').sendFile(name, STAFF, { cacheControl: false })
}
