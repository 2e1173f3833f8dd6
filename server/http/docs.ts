import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from './openapi.ts'

/** /openapi.json is made from the route table; /docs shows it, from files of our own server. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  const document = openApiDocument()
  app.get('/openapi.json', async () => document)
  await app.register(scalar, { routePrefix: '/docs', configuration: { content: document, telemetry: false } })
}
