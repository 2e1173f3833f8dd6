import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance } from 'fastify'
import { textOf } from '#i18n/translate.ts'
import { refusalStatuses } from '#platform/refusal.ts'
import { openApiDocument } from './openapi.ts'

/** /openapi.json is made from the route table; /docs shows it, from files of our own server. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  const document = openApiDocument()
  app.get('/openapi.json', async () => document)
  app.get('/refusals', async (_request, reply) => reply.type('text/html; charset=utf-8').send(refusalsPage()))
  await app.register(scalar, { routePrefix: '/docs', configuration: { content: document, telemetry: false } })
}

/** Every refusal with its texts: the page that the `type` of a problem names. */
function refusalsPage(): string {
  const rows = [...refusalStatuses]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([code, status]) => {
      const key = code.replace('.', '.refusal.')
      const cells = [code, String(status), textOf('zh-CN', key) ?? '', textOf('en', key) ?? '']
      return `<tr id="${code}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
    })
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Refusals</title><h1>Refusals</h1>
<table><thead><tr><th>Code</th><th>Status</th><th lang="zh-CN">zh-CN</th><th>en</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></html>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
