import { createHash } from 'node:crypto'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { textOf } from '#i18n/translate.ts'
import { refusalStatuses } from '#platform/refusal.ts'
import { openApiDocument } from './openapi.ts'
import { CONTENT_SECURITY_POLICY } from './security-headers.ts'

/** /openapi.json is made from the route table; /docs shows it, from files of our own server. */
export function registerDocs(app: FastifyInstance): void {
  const document = openApiDocument()
  app.get('/openapi.json', async () => document)
  app.get('/refusals', async (_request, reply) => reply.type('text/html; charset=utf-8').send(refusalsPage()))
  let reference: Promise<FastifyInstance> | undefined
  const show = async (request: FastifyRequest, reply: FastifyReply) => {
    reference ??= openReference(document)
    const { host } = request.headers
    const shown = await (await reference).inject({ url: request.url, headers: host === undefined ? {} : { host } })
    const { 'content-type': type, location } = shown.headers
    if (type !== undefined) void reply.type(type)
    if (location !== undefined) void reply.header('location', location)
    if (type?.startsWith('text/html') === true)
      void reply.header('content-security-policy', policyAllowing(shown.payload))
    return reply.code(shown.statusCode).send(shown.rawPayload)
  }
  app.get('/docs', show)
  app.get('/docs/*', show)
}

/** The pages of the reference are ten megabytes of text, which twenty would hold from the start: they wait for whoever reads them. */
async function openReference(document: object): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const app = fastify()
  // Nothing that would send a reader or a request to somebody else.
  const configuration = {
    content: document,
    telemetry: false,
    withDefaultFonts: false,
    showDeveloperTools: 'never',
    hideClientButton: true,
    agent: { disabled: true },
    mcp: { disabled: true },
  } as const
  await app.register(scalar, { routePrefix: '/docs', configuration })
  return app
}

/** The page starts itself by a script of its own, which the policy has to name by its digest (CSP level 3, section 2.3.1). */
function policyAllowing(html: string): string {
  const digests = [...html.matchAll(/<script[^>]*>([^]*?)<\/script>/gu)].map(
    ([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
  )
  return `${CONTENT_SECURITY_POLICY};script-src 'self' ${digests.join(' ')}`
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
