/** Writes contract/openapi.json from the table of routes. */
import { writeFile } from 'node:fs/promises'
import { openApiText } from '../server/http/openapi.ts'

await writeFile(new URL('../contract/openapi.json', import.meta.url), openApiText())
