import { useEffect, useState } from 'react'
import { Link, useParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'

const SECOND = 1000
/** How long each code is shown; the bar under it empties in that time. */
const WINDOW_SECONDS = 30

/** The check-in screen for a projector or a laptop at the door: it changes by itself, and is read from across the room. */
export function CodeScreen() {
  const { t } = useWords()
  const { id } = useParams<{ id: string }>()
  const session = useRead('readSession', { params: { id } })
  const code = useRead('readSessionCode', { params: { id } }, { staleTime: 0 })
  const left = useSecondsLeft(code)
  const { isFull, setFull } = useFullScreen()
  useAwake()
  return (
    <div className={isFull ? 'projector projector-full' : 'projector'}>
      <Page
        title={session.data?.session.title ?? t('staff-activity.screen')}
        lead={session.data?.session.place}
        actions={
          <>
            <button type="button" className="button" onClick={() => setFull(!isFull)}>
              {t(isFull ? 'staff-activity.small' : 'staff-activity.full')}
            </button>
            {!isFull && (
              <Link href={`/sessions/${id}`} className="button">
                {t('staff-activity.roster')}
              </Link>
            )}
          </>
        }
      >
        <ReadState read={code}>{(answer) => <Shown answer={answer} left={left} />}</ReadState>
      </Page>
    </div>
  )
}

function Shown({ answer, left }: { readonly answer: AnswerOf<'readSessionCode'>; readonly left: number }) {
  const { t } = useWords()
  const { code, phoneCode } = answer
  return (
    <div className="projector-code">
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(answer.qrSvg)}`} alt={t('volunteer.code.qr')} />
      <div>
        <p>{t('volunteer.screen.how')}</p>
        <p className="projector-text">
          <span>{code.slice(0, 4)}</span> <span>{code.slice(4)}</span>
        </p>
        <div className="projector-left">
          <progress max={WINDOW_SECONDS} value={Math.max(0, left)} aria-label={t('staff-activity.changes')} />
          {left >= 0 ? (
            <p>{t('staff-activity.changes-in', { seconds: left })}</p>
          ) : (
            <p role="alert">{t('staff-activity.code-stale')}</p>
          )}
        </div>
        <p className="projector-phone">
          {t('volunteer.screen.phone', { code: `${phoneCode.slice(0, 3)} ${phoneCode.slice(3)}` })}
        </p>
        <p className="projector-count">
          {t('volunteer.screen.came', { came: answer.checkedIn, expected: answer.signedUp })}
        </p>
      </div>
    </div>
  )
}

interface ReadCode {
  readonly data: AnswerOf<'readSessionCode'> | undefined
  readonly dataUpdatedAt: number
  readonly isFetching: boolean
  readonly refetch: () => Promise<unknown>
}

/** Seconds until the code changes; below zero the next one could not be fetched yet, which is tried every second. */
function useSecondsLeft({ data, dataUpdatedAt, isFetching, refetch }: ReadCode): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND)
    return () => clearInterval(timer)
  }, [])
  const left = data === undefined ? 0 : data.secondsLeft - Math.floor(Math.max(0, now - dataUpdatedAt) / SECOND)
  const isDue = data !== undefined && left < 0 && !isFetching
  useEffect(() => {
    if (isDue) void refetch()
  }, [isDue, now, refetch])
  // The moment between two codes is no fault.
  return left < 0 && left > -GRACE_SECONDS ? 0 : left
}
const GRACE_SECONDS = 5

/** The browser's own full screen where it has one; the page fills its window in any case. */
function useFullScreen(): { readonly isFull: boolean; readonly setFull: (full: boolean) => void } {
  const [isFull, setFull] = useState(false)
  useEffect(() => {
    const look = () => {
      if (document.fullscreenElement === null) setFull(false)
    }
    document.addEventListener('fullscreenchange', look)
    return () => document.removeEventListener('fullscreenchange', look)
  }, [])
  return {
    isFull,
    setFull: (full) => {
      setFull(full)
      if (full) document.documentElement.requestFullscreen?.().catch(() => undefined)
      else if (document.fullscreenElement !== null) void document.exitFullscreen()
    },
  }
}

/** Keeps the screen from going dark in front of the room. */
function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let isOpen = true
    const hold = async () => {
      try {
        const held = await navigator.wakeLock?.request('screen')
        if (isOpen) lock = held
        else await held?.release()
      } catch {
        // A battery that runs low, or a window behind another one: then it may go dark.
      }
    }
    const again = () => {
      if (!document.hidden) void hold()
    }
    void hold()
    document.addEventListener('visibilitychange', again)
    return () => {
      isOpen = false
      document.removeEventListener('visibilitychange', again)
      void lock?.release()
    }
  }, [])
}
