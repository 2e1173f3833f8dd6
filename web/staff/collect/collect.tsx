import { type FormEvent, useEffect, useRef, useState } from 'react'
import { formatTime } from '../../shared/dates.ts'
import { useWords } from '../locale.tsx'
import { Camera, openReader } from './camera.tsx'
import { Frame, Problems, UploadState } from './frame.tsx'
import { type Direction, holderOf, type KeptPack, serverNow, typedPass } from './marks.ts'
import { MarkList } from './mark-list.tsx'
import { collect, useKeptPage, useOnline, usePack, useUploads } from './use-collecting.ts'

/** Collects volunteers' passes at one session, with a network or without. */
export function CollectScreen({ sessionId }: { readonly sessionId: string }) {
  const { t, locale } = useWords()
  const { pack, problem } = usePack(sessionId)
  const isKept = useKeptPage()
  const isOnline = useOnline()
  const uploads = useUploads()
  // The reader of codes is loaded while there is a network, for the time when there is none.
  useEffect(() => void openReader().catch(() => undefined), [])
  const marks = uploads.marks.filter((mark) => mark.sessionId === sessionId)
  const time = (instant: string) => formatTime(instant, { locale, zone: pack?.zone ?? 'UTC' })
  return (
    <Frame title={pack?.title ?? t('staff-collect.title')} back={`/staff/sessions/${sessionId}`}>
      {pack !== null && (
        <p className="collect-lead">
          {time(pack.startsAt)}–{time(pack.endsAt)} · {pack.place}
        </p>
      )}
      <UploadState uploads={uploads} isOnline={isOnline && uploads.end !== 'unreachable'} />
      <Problems problem={problem} isSignedOut={uploads.end === 'signed-out'} />
      {pack === null ? (
        problem !== null && <p className="collect-notice">{t('staff-collect.not-here')}</p>
      ) : (
        <>
          <Readiness pack={pack} isKept={isKept} />
          <Collecting pack={pack} onCollected={uploads.reread} />
        </>
      )}
      <MarkList marks={marks} time={time} onChange={uploads.reread} />
    </Frame>
  )
}

/** Whether one can go where there is no network, and until when what is collected there counts. */
function Readiness({ pack, isKept }: { readonly pack: KeptPack; readonly isKept: boolean | null }) {
  const { t, locale } = useWords()
  const words = { locale, zone: pack.zone }
  const now = serverNow(pack).toISOString()
  const span = { from: formatTime(pack.opensAt, words), until: formatTime(pack.closesAt, words) }
  if (now > pack.collectUntil) return <p className="collect-notice">{t('staff-collect.too-old')}</p>
  return (
    <>
      {isKept === true && <p className="collect-ready">{t('staff-collect.ready', { count: pack.people.length })}</p>}
      {isKept === false && <p className="collect-notice">{t('staff-collect.not-kept')}</p>}
      {(now < pack.opensAt || now > pack.closesAt) && (
        <p className="collect-notice">{t('staff-collect.outside', span)}</p>
      )}
    </>
  )
}

const HELD_MILLISECONDS = 3000

type Feedback = { readonly kind: 'good' | 'old' | 'bad'; readonly text: string }

interface CollectingProps {
  readonly pack: KeptPack
  readonly onCollected: () => Promise<void>
}

function Collecting({ pack, onCollected }: CollectingProps) {
  const { t, locale } = useWords()
  const [direction, setDirection] = useState<Direction>('in')
  const [isCameraOpen, setCameraOpen] = useState(false)
  const [feedback, setFeedback] = useState<Feedback | null>(null)
  const take = async (who: string, code: string | null) => {
    try {
      const { mark, isOld } = await collect(pack, { direction, who, code })
      navigator.vibrate?.(isOld ? 30 : 120)
      const said = {
        name: mark.name ?? t('staff-collect.unknown'),
        time: formatTime(mark.at, { locale, zone: pack.zone }),
      }
      setFeedback({
        kind: isOld ? 'old' : 'good',
        text: t(isOld ? `staff-collect.old-${direction}` : `staff-collect.taken-${direction}`, said),
      })
      if (!isOld) await onCollected()
    } catch {
      // The phone's disk is full or closed to this page: nobody may believe that it was taken.
      setFeedback({ kind: 'bad', text: t('staff-collect.not-written') })
    }
  }
  const held = useRef({ text: '', at: 0 })
  const see = (text: string) => {
    // One pass before the camera is seen many times; what was said about it stays.
    const isHeld = text === held.current.text && Date.now() - held.current.at < HELD_MILLISECONDS
    held.current = { text, at: Date.now() }
    if (isHeld) return
    const who = holderOf(text)
    if (who === null) setFeedback({ kind: 'bad', text: t('staff-collect.no-pass') })
    else void take(who, text.trim())
  }
  return (
    <section className="collect-part" aria-label={t('staff-collect.collect')}>
      <div className="collect-directions" role="group" aria-label={t('staff-collect.direction')}>
        {(['in', 'out'] as const).map((one) => (
          <button key={one} type="button" aria-pressed={direction === one} onClick={() => setDirection(one)}>
            {t(`staff-collect.direction-${one}`)}
          </button>
        ))}
      </div>
      <p role="status" className={`collect-feedback collect-feedback-${feedback?.kind ?? 'none'}`}>
        {feedback?.text ?? t('staff-collect.feedback-none')}
      </p>
      {isCameraOpen ? (
        <Camera onSeen={see} onClose={() => setCameraOpen(false)} />
      ) : (
        <button type="button" className="collect-button collect-primary" onClick={() => setCameraOpen(true)}>
          {t('staff-collect.scan')}
        </button>
      )}
      <ByHand pack={pack} direction={direction} onTake={take} />
    </section>
  )
}

interface ByHandProps {
  readonly pack: KeptPack
  readonly direction: Direction
  readonly onTake: (who: string, code: string | null) => Promise<void>
}

/** Somebody on the list with the eight signs of the pass, or known to the leader without one; or the whole text of a pass. */
function ByHand({ pack, direction, onTake }: ByHandProps) {
  const { t } = useWords()
  const [who, setWho] = useState('')
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = holderOf(typed)
    const code = whole === null ? typedPass(who, typed) : typed.trim()
    if (whole === null && who === '') return setFault(t('staff-collect.choose-name'))
    if (typed.trim() !== '' && code === null) return setFault(t('staff-collect.code-wrong'))
    setFault(null)
    await onTake(whole ?? who, code)
    setWho('')
    setTyped('')
  }
  return (
    <form className="collect-form" onSubmit={(event) => void submit(event)}>
      <h2>{t('staff-collect.by-hand')}</h2>
      <label htmlFor="collect-name">{t('staff-collect.name')}</label>
      <select id="collect-name" className="field" value={who} onChange={(event) => setWho(event.target.value)}>
        <option value="">–</option>
        {pack.people.map((person) => (
          <option key={person.personId} value={person.personId}>
            {person.name ?? t('staff-collect.unknown')}
          </option>
        ))}
      </select>
      <label htmlFor="collect-code">{t('staff-collect.code')}</label>
      <input
        id="collect-code"
        className="field collect-code"
        value={typed}
        maxLength={60}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        aria-describedby="collect-code-help"
        onChange={(event) => setTyped(event.target.value)}
      />
      <p id="collect-code-help" className="collect-help">
        {t('staff-collect.code-help')}
      </p>
      {fault !== null && (
        <p role="alert" className="collect-fault">
          {fault}
        </p>
      )}
      <button className="collect-button">{t(`staff-collect.enter-${direction}`)}</button>
    </form>
  )
}
