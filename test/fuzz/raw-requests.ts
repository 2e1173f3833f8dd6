/** Requests that no document describes: broken JSON, other media types, strange addresses and headers, half requests. */
import { connect } from 'node:net'
import { once } from 'node:events'

export interface RawRequest {
  readonly what: string
  /** As on the wire; HOST is replaced by the server's. */
  readonly bytes: string
  /** Statuses any of which is right; 0 stands for a closed connection without an answer. */
  readonly statuses: readonly number[]
}

const ANSWER_SECONDS_MAX = 10
const LOGIN = '/api/v1/login-codes'

/** Each character is one byte, unless one of them is none: then the text is UTF-8. */
function encodingOf(text: string): 'latin1' | 'utf8' {
  return Array.from(text).some((character) => character > '\u00ff') ? 'utf8' : 'latin1'
}

function request(line: string, headers: readonly string[] = [], body = ''): string {
  const length =
    body === '' && line.startsWith('GET') ? [] : [`Content-Length: ${Buffer.byteLength(body, encodingOf(body))}`]
  return [line, 'Host: HOST', 'Connection: close', ...length, ...headers, '', body].join('\r\n')
}

function posted(what: string, body: string, statuses: readonly number[], type = 'application/json'): RawRequest {
  return { what, statuses, bytes: request(`POST ${LOGIN} HTTP/1.1`, [`Content-Type: ${type}`], body) }
}

function got(what: string, target: string, statuses: readonly number[], headers: readonly string[] = []): RawRequest {
  return { what, statuses, bytes: request(`GET ${target} HTTP/1.1`, headers) }
}

export const RAW_REQUESTS: readonly RawRequest[] = [
  posted('an open brace', '{', [400]),
  posted('no JSON at all', 'phone=1', [400]),
  posted('an empty body', '', [400]),
  posted('a number', '7', [400]),
  posted('null', 'null', [400]),
  posted('a list', '[]', [400]),
  posted('a prototype', '{"__proto__": {"phone": "13900000001"}}', [400]),
  posted('a constructor', '{"constructor": {"prototype": {"x": 1}}}', [400]),
  posted('the same key twice', '{"phone": "1", "phone": "2"}', [400]),
  posted('deep lists', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, [400]),
  posted('bytes that are no UTF-8', '{"phone": "\xff\xfe"}', [400]),
  posted('a byte order mark', '\ufeff{"phone": "1"}', [400]),
  posted('too many bytes', `{"phone": "${'1'.repeat(1_100_000)}"}`, [413]),
  posted('XML', '<phone/>', [415], 'text/xml'),
  posted('a form', 'phone=13900000099', [400, 415, 429, 200], 'application/x-www-form-urlencoded'),
  posted('many parts', '--x--', [415, 400], 'multipart/form-data; boundary=x'),
  posted('an unknown charset', '{"phone": "1"}', [400, 415], 'application/json; charset=klingon'),
  posted('no type of media', '{"phone": "1"}', [400, 415], ''),
  got('a half escape', '/api/v1/units/%', [400, 404]),
  got('an escape that is no UTF-8', '/api/v1/units/%ff%fe', [400, 404]),
  got('a zero', '/api/v1/units/%00', [400, 404]),
  got('a way up', '/api/v1/../../etc/passwd', [400, 404]),
  got('a hidden way up', '/assets/..%2f..%2f..%2fetc%2fpasswd', [400, 403, 404]),
  got('a long id', `/api/v1/units/${'1'.repeat(300)}`, [400, 404, 414]),
  got('a long query', `/api/v1/units?q=${'1'.repeat(6_000)}`, [400, 414, 431]),
  got('the same parameter twice', '/api/v1/units?limit=1&limit=2', [400]),
  got('a list as parameter', '/api/v1/units?limit[]=1', [400]),
  got('a half escape in the query', '/api/v1/units?q=%E5%BB', [200, 400]),
  got('a zero in the query', '/api/v1/offerings?q=%00', [400]),
  got('an unknown route', '/api/v1/nothing', [404]),
  got('an empty token', '/api/v1/me', [401], ['Authorization: Bearer ']),
  got('a token of rubbish', '/api/v1/me', [401], ['Authorization: Bearer ©']),
  got('another district', '/api/v1/me', [401], [`Authorization: Bearer 110101.${'A'.repeat(43)}`]),
  got('a link of rubbish', '/api/v1/me', [401, 404], ['Authorization: Link ©©']),
  got('a strange language', '/api/v1/units', [200], ['Accept-Language: ;;q=,*,\u00e9']),
  got('a cookie of rubbish', '/api/v1/units', [200, 400], ['Cookie: huiyin=%ff; =; a=b; huiyin']),
  got('headers without end', '/api/v1/units', [431], [`X-Long: ${'a'.repeat(20_000)}`]),
  { what: 'an unknown method', statuses: [400, 404, 405], bytes: request('BREW /api/v1/units HTTP/1.1') },
  { what: 'PATCH', statuses: [404, 405], bytes: request('PATCH /api/v1/me HTTP/1.1') },
  { what: 'OPTIONS', statuses: [200, 204, 404, 405], bytes: request('OPTIONS /api/v1/me HTTP/1.1') },
  { what: 'TRACE', statuses: [400, 404, 405], bytes: request('TRACE /api/v1/me HTTP/1.1') },
  { what: 'no HTTP', statuses: [0, 400], bytes: '\x16\x03\x01\x02\x00\r\n\r\n' },
  { what: 'no host', statuses: [400], bytes: 'GET /api/v1/units HTTP/1.1\r\nConnection: close\r\n\r\n' },
  {
    what: 'two lengths',
    statuses: [0, 400],
    bytes: `POST ${LOGIN} HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nContent-Length: 30\r\n\r\n{}`,
  },
  {
    what: 'a length and chunks',
    statuses: [0, 400],
    bytes: `POST ${LOGIN} HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
]

/** Sends the bytes and throws when the answer's status is none of the expected or its body tells of the inside. */
export async function sendRaw(origin: string, { bytes, statuses }: RawRequest): Promise<void> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.setTimeout(ANSWER_SECONDS_MAX * 1000, () => socket.destroy(new Error('no answer')))
  socket.write(Buffer.from(bytes.replace('HOST', host), encodingOf(bytes)))
  await once(socket, 'close')
  const text = Buffer.concat(chunks).toString()
  const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? 0)
  if (!statuses.includes(status))
    throw new Error(`answered ${status}, not ${statuses.join(' or ')}:\n${text.slice(0, 600)}`)
  if (/node_modules|\.ts:\d+|\bat \w+ \(/u.test(text)) throw new Error(`tells of the inside:\n${text.slice(0, 600)}`)
}
