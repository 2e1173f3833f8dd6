import { useEffect, useState } from 'react'
import { formatDay, formatTime } from '../../shared/dates.ts'
import { useWords } from '../locale.tsx'
import { Frame, Problems, UploadState } from './frame.tsx'
import type { KeptPack } from './marks.ts'
import { dropSession, keptPacks } from './store.ts'
import { useKeptPage, useOnline, useUploads } from './use-collecting.ts'

/** What is on this phone: sessions that can be collected at without a network, and what waits to be brought in. */
export function PacksScreen() {
  const { t, locale } = useWords()
  const uploads = useUploads()
  const isOnline = useOnline()
  useKeptPage()
  const [packs, setPacks] = useState<readonly KeptPack[]>([])
  const reread = async () => setPacks(await keptPacks())
  useEffect(() => void reread(), [])
  const drop = async (sessionId: string) => {
    await dropSession(sessionId)
    await Promise.all([reread(), uploads.reread()])
  }
  const waitingAt = (id: string) => uploads.marks.some((one) => one.sessionId === id && one.state === 'waiting')
  const when = ({ startsAt, zone }: KeptPack) => {
    const words = { locale, zone }
    return `${formatDay(startsAt, new Date().toISOString(), words)} ${formatTime(startsAt, words)}`
  }
  return (
    <Frame title={t('staff-collect.title')} back="/staff/activities">
      <p className="collect-lead">{t('staff-collect.lead')}</p>
      <UploadState uploads={uploads} isOnline={isOnline && uploads.end !== 'unreachable'} />
      <Problems problem={null} isSignedOut={uploads.end === 'signed-out'} />
      {packs.length === 0 ? (
        <p className="collect-notice">{t('staff-collect.none')}</p>
      ) : (
        <ul className="collect-list">
          {packs.map((pack) => (
            <li key={pack.sessionId} className="collect-row">
              <strong>
                <a href={`/staff/collect/${pack.sessionId}`}>{pack.title}</a>
              </strong>
              <span>
                {when(pack)} · {pack.place}
              </span>
              {waitingAt(pack.sessionId) ? (
                <span className="collect-row-state">{t('staff-collect.state-waiting')}</span>
              ) : (
                <button type="button" onClick={() => void drop(pack.sessionId)}>
                  {t('staff-collect.drop')}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Frame>
  )
}
