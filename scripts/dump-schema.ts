/** Writes db/schema.sql and db/HEAD from a freshly migrated database that lives as long as this program. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startEmbeddedPostgres } from '../server/platform/embedded-postgres.ts'
import { migrate } from '../server/platform/migrate.ts'
import { schemaText } from './schema-text.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-schema-'))
try {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  try {
    const { head } = await migrate(postgres.url)
    const client = new Client({ connectionString: postgres.url })
    await client.connect()
    const text = await schemaText(client)
    await client.end()
    await writeFile(new URL('../db/schema.sql', import.meta.url), text)
    await writeFile(new URL('../db/HEAD', import.meta.url), `${head}\n`)
    console.log(`db/schema.sql: ${text.split('\n').length} lines, head ${head}`)
  } finally {
    await postgres.stop()
  }
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
