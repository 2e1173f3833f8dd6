import type { FastifyInstance } from 'fastify'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpHost } from './host.ts'

/** A gateway asks again every second or two; an answer that takes longer than this is one too. */
const READY_SECONDS_MAX = 3

/** /livez says the process answers; /readyz that it may get traffic; /metrics is for Prometheus. */
export function registerHealth(app: FastifyInstance, host: HttpHost): void {
  app.get('/livez', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const faults = await faultsOf(host)
    return reply
      .code(faults.length === 0 ? 200 : 503)
      .send({ status: faults.length === 0 ? 'ready' : 'not-ready', faults })
  })
  app.get('/version', async () => ({
    name: 'huiyin',
    version: host.health.version,
    revision: host.health.revision,
    schema: host.health.schemaHead,
    demo: host.demo,
  }))
  app.get('/metrics', async (_request, reply) => reply.type(host.metrics.contentType).send(await host.metrics.render()))
}

async function faultsOf(host: HttpHost): Promise<string[]> {
  if (host.health.isStopping()) return ['stopping']
  const late = new AbortController()
  try {
    const faults = await Promise.race([
      faultsOfDatabase(host),
      sleep(READY_SECONDS_MAX * 1000, ['database-silent'], { signal: late.signal }),
    ])
    return [...faults, ...(await host.health.faults())]
  } catch {
    return ['database-unreachable']
  } finally {
    late.abort()
  }
}

async function faultsOfDatabase(host: HttpHost): Promise<string[]> {
  const { rows } = await host.db.pool.query<{ name: string }>(
    'select name from schema_migration order by name desc limit 1',
  )
  return rows[0]?.name === host.health.schemaHead ? [] : ['schema-not-current']
}
