import { call } from '../../shared/api-client.ts'
import { importKey, type KeptPack } from './marks.ts'
import { keepPack } from './store.ts'

/** Fetches what is needed to collect at a session and keeps it; what was collected with an earlier pack stays good. */
export async function fetchPack(sessionId: string): Promise<KeptPack> {
  const params = { id: sessionId }
  const [given, { session }, me] = await Promise.all([
    call('readOfflinePack', { params }),
    call('readSession', { params }),
    call('readMe', {}),
  ])
  const { title, place, startsAt, endsAt } = session
  const { pack, serverNow, opensAt, closesAt, collectUntil, people } = given
  const clockOffset = Date.parse(serverNow) - Date.now()
  const key = await importKey(given.key)
  const what = { sessionId, title, place, startsAt, endsAt, zone: me.district.zone }
  const kept: KeptPack = { ...what, pack, key, clockOffset, opensAt, closesAt, collectUntil, people }
  await keepPack(kept)
  return kept
}
