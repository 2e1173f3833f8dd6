import fastifyCompress from '@fastify/compress'
import fastifyFormbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HttpHost } from './host.ts'
import { refuseCrossSite } from './authenticate.ts'
import { accountPages } from './pages/account.ts'
import { mergingPages } from './pages/merging.ts'
import { familyPages } from './pages/family.ts'
import { leavingPages } from './pages/leaving.ts'
import { personPages } from './pages/person.ts'
import { orderPages } from './pages/orders.ts'
import { orderingPages } from './pages/ordering.ts'
import { publicPages } from './pages/public.ts'
import { programmePages } from './pages/programme.ts'
import { hoursPages } from './pages/hours.ts'
import { feedPages } from './pages/feeds.ts'
import { recordPages } from './pages/records.ts'
import { teamPages } from './pages/team.ts'
import { teamsPages } from './pages/teams.ts'
import { remember } from './pages/preferences.ts'
import type { PageRoute } from './pages/page-route.ts'
import { notFound, openVisit, sendFault, type Visit } from './pages/visit.ts'

/** The resident face: pages rendered here, forms that work without scripts. */
export async function registerPages(app: FastifyInstance, host: HttpHost): Promise<void> {
  // Whoever is signed in stays so on a page that does not exist.
  app.setNotFoundHandler(async (request, reply) => {
    const visit = await openVisit(host, request, reply).catch(() => undefined)
    return sendFault(host, request, reply, notFound(), visit)
  })
  await app.register(async (pages) => {
    // Forms only here: the API takes JSON and nothing else.
    await pages.register(fastifyFormbody)
    await pages.register(fastifyCompress, { threshold: 1024 })
    for (const page of [
      ...publicPages,
      ...orderingPages,
      ...orderPages,
      ...accountPages,
      ...personPages,
      ...hoursPages,
      ...familyPages,
      ...mergingPages,
      ...leavingPages,
      ...teamPages,
      ...teamsPages,
      ...programmePages,
      ...recordPages,
      ...feedPages,
    ]) {
      if (page.demoOnly === true && host.pages?.demo !== true) continue
      pages.route({
        method: page.method,
        url: page.path,
        handler: (request, reply) => serve(host, page, request, reply),
      })
    }
  })
}

async function serve(host: HttpHost, page: PageRoute, request: FastifyRequest, reply: FastifyReply) {
  let visit: Visit | undefined
  try {
    if (page.method === 'POST') refuseCrossSite(request)
    visit = await openVisit(
      host,
      request,
      reply,
      page.as === undefined ? undefined : (caller) => page.as!(host, request, caller),
    )
    const { elder } = visit.preferences
    if ('mode' in (request.query as object)) remember(host, reply, { elder })
    return await page.answer(visit)
  } catch (error) {
    if (visit !== undefined && request.method === 'GET' && visit.problemOf(error).status === 401) {
      return visit.redirect(`/login?next=${encodeURIComponent(request.url)}`)
    }
    return sendFault(host, request, reply, error, visit)
  }
}
