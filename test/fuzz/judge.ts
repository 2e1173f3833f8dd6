/** What an answer owes to the request it answers. */
import canonicalize from 'canonicalize'
import type { Answer, Exchange } from './client.ts'
import { send } from './client.ts'
import { ENDING, type Operation } from './operations.ts'
import type { Draw, Request } from './requests.ts'
import { learn, type World } from './world.ts'

interface Bench {
  readonly exchange: Exchange
  readonly world: World
}

const REPLAY_PERCENT = 20
const REFUSED_FIRST = [401, 403, 404]
const TOO_MANY = 429

export async function judge(
  { exchange, world }: Bench,
  operation: Operation,
  request: Request,
  answer: Answer,
  draw: Draw,
): Promise<string[]> {
  if (answer.status >= 500) return []
  // Rights change under the operations that give and take them.
  if (ENDING.includes(operation.name) && REFUSED_FIRST.includes(answer.status)) return []
  if (!request.mayCall) {
    return REFUSED_FIRST.includes(answer.status) ? [] : [`${request.caller.name} may not, but got ${answer.status}`]
  }
  if (answer.status >= 400) return faultsOfRefusal(operation, request, answer)
  const faults: string[] = []
  if (request.flaw?.field !== undefined) faults.push(`took ${request.flaw.what}`)
  learn(world, request.path, request.caller, answer.json)
  if (operation.method === 'GET') return faults
  const order =
    /\/orders\/([0-9a-f-]{36})\//u.exec(request.path)?.[1] ?? (answer.json as { id?: string } | undefined)?.id
  if (order !== undefined) world.stale.add(order)
  faults.push(...faultsOfEcho(request.value, answer.json))
  const key = request.headers['Idempotency-Key']
  if (key !== undefined && draw.chance < REPLAY_PERCENT) faults.push(...(await replay(exchange, request, answer)))
  return faults
}

function faultsOfRefusal(operation: Operation, request: Request, answer: Answer): string[] {
  const { errors = [] } = answer.json as { errors?: { field: string }[] }
  const field = request.flaw?.field
  if (answer.status === 400 && errors.length === 0) return ['400 names no field']
  if (field === undefined || answer.status === TOO_MANY) return []
  // Credentials are looked at before the form of what was sent.
  if (operation.permission === 'gateway' && answer.status === 401) return []
  if (request.caller.name === 'link' && answer.status === 404) return []
  if (answer.status !== 400) return [`answered ${answer.status} to ${request.flaw!.what}`]
  // Headers are looked at last, when the schema has not said all that is wrong with the body.
  if (operation.parameters.some((parameter) => parameter.in === 'header' && parameter.name === field)) return []
  const named = errors.some((error) => error.field === field || error.field.startsWith(`${field}.`))
  return named ? [] : [`names ${JSON.stringify(errors.map((error) => error.field))} for ${request.flaw!.what}`]
}

/** Texts come back as they were written, blanks at their ends apart. */
function faultsOfEcho(value: unknown, body: unknown): string[] {
  if (typeof value !== 'object' || value === null || typeof body !== 'object' || body === null) return []
  const texts = Object.entries(value).filter(([, part]) => typeof part === 'string') as [string, string][]
  return texts.flatMap(([name, text]) => {
    const echo = (body as Record<string, unknown>)[name]
    if (typeof echo !== 'string' || echo === text.trim() || name === 'number') return []
    return [`changed ${name} from ${JSON.stringify(text)} to ${JSON.stringify(echo)}`]
  })
}

/** The same id and request again: the first answer. The same id and another request: 422. */
async function replay(exchange: Exchange, request: Request, first: Answer): Promise<string[]> {
  const again = await send(exchange, request)
  const faults: string[] = []
  // The stored answer is a jsonb, which keeps no order of keys.
  if (again.status !== first.status || canonicalize(again.json) !== canonicalize(first.json)) {
    faults.push(`answered a replay with ${again.status} ${again.text.slice(0, 200)} after ${first.status}`)
  }
  if (again.headers.get('etag') !== first.headers.get('etag')) faults.push('gives a replay another ETag')
  if (again.headers.get('idempotent-replayed') !== 'true') faults.push('does not say that a replay is one')
  const [name, text] = Object.entries(request.value ?? {}).find(([, part]) => typeof part === 'boolean') ?? []
  if (name !== undefined) {
    const body = JSON.stringify({ ...(request.value as object), [name]: text !== true })
    const other = await send(exchange, { ...request, body })
    // A literal that may only be true is refused for its form, before the id is looked at.
    if (other.status !== 422 && other.status !== 400)
      faults.push(`answered the same id for another body with ${other.status}`)
  }
  return faults
}
