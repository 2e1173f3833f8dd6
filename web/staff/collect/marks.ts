import type { AnswerOf } from '../../shared/api-client.ts'

export type Direction = 'in' | 'out'
type Outcome = AnswerOf<'uploadOffline'>['results'][number]['outcome'] | 'not-readable'

/** What a phone needs to collect at one session, fetched while there was a network. */
export interface KeptPack {
  readonly sessionId: string
  readonly title: string
  readonly place: string
  readonly startsAt: string
  readonly endsAt: string
  readonly zone: string
  readonly pack: string
  readonly key: CryptoKey
  /** What has to be added to this phone's clock to have the server's time. */
  readonly clockOffset: number
  readonly opensAt: string
  readonly closesAt: string
  readonly collectUntil: string
  readonly people: AnswerOf<'readOfflinePack'>['people']
}

/**
 * A mark that was collected: it waits until the server has answered for it. `delivered` then means that the server has
 * it, `refused` that it does not want it, and why.
 */
export interface KeptMark {
  readonly id: string
  readonly sessionId: string
  readonly pack: string
  readonly direction: Direction
  readonly at: string
  readonly code: string | null
  readonly personId: string | null
  readonly mac: string
  /** Whose mark it is, also where only the pass says so. */
  readonly who: string
  readonly name: string | null
  readonly state: 'waiting' | 'delivered' | 'refused'
  readonly outcome: Outcome | null
}

const PASS = /^([0-9a-f]{8}-[0-9a-f-]{27})\.[LD]\.[0-9A-Z]{8}$/iu
const PASS_SIGNS = 8

/** The person whose pass or code this is, as a QR code holds it; null when it is no pass at all. */
export function holderOf(text: string): string | null {
  return PASS.exec(text.trim())?.[1]?.toLowerCase() ?? null
}

/** The pass of somebody on the list by the eight signs under its picture; null when they cannot be one. */
export function typedPass(personId: string, typed: string): string | null {
  const signs = typed.replaceAll(/[\s-]/gu, '').toUpperCase()
  return signs.length === PASS_SIGNS && /^[0-9A-Z]+$/u.test(signs) ? `${personId}.D.${signs}` : null
}

/** The server's time now, by this phone's clock. */
export function serverNow(pack: KeptPack): Date {
  return new Date(Date.now() + pack.clockOffset)
}

interface Seen {
  readonly direction: Direction
  readonly who: string
  readonly name: string | null
  /** The text of the pass; null for somebody whom the leader knows and ticks. */
  readonly code: string | null
}

/** Signs a mark with the key of the pack, so that nobody can make one up afterwards. */
export async function signMark(pack: KeptPack, { direction, who, name, code }: Seen): Promise<KeptMark> {
  const id = crypto.randomUUID()
  const at = serverNow(pack).toISOString()
  const personId = code === null ? who : null
  const text = new TextEncoder().encode([id, direction, at, code ?? '', personId ?? ''].join('|'))
  const mac = base64url(new Uint8Array(await crypto.subtle.sign('HMAC', pack.key, text)))
  const { sessionId } = pack
  const said = { id, sessionId, pack: pack.pack, direction, at, code, personId, mac }
  return { ...said, who, name, state: 'waiting', outcome: null }
}

/** The key cannot be read out of the browser again. */
export function importKey(text: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The same pass held before the camera for a while, or a hand that taps twice. */
const SAME_MINUTES = 5

/** An earlier mark that says the same already: nobody arrives twice, and leaves twice only after a while. */
export function sameMark(
  marks: readonly KeptMark[],
  direction: Direction,
  who: string,
  at: Date,
): KeptMark | undefined {
  return marks.find(
    (mark) =>
      mark.who === who &&
      mark.direction === direction &&
      mark.state !== 'refused' &&
      (direction === 'in' || at.getTime() - Date.parse(mark.at) < SAME_MINUTES * 60_000),
  )
}
