import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../../contract/kit.ts'
import { ProblemError, UNREACHABLE } from '../../shared/api-client.ts'
import { fetchPack } from './fetch-pack.ts'
import { keepPage } from './keep-page.ts'
import { type Direction, type KeptMark, type KeptPack, sameMark, serverNow, signMark } from './marks.ts'
import { keepForGood, keepMarks, keptMarks, keptPacks } from './store.ts'
import { type UploadEnd, uploadWaiting } from './upload.ts'

const RETRY_MILLISECONDS = 10_000

export interface Uploads {
  readonly marks: readonly KeptMark[]
  readonly isSending: boolean
  /** How the last attempt ended; null before any. */
  readonly end: UploadEnd | null
  readonly send: () => void
  readonly reread: () => Promise<void>
}

/** The marks on this phone, which are brought in whenever there is a network and something waits. */
export function useUploads(): Uploads {
  const [marks, setMarks] = useState<readonly KeptMark[]>([])
  const [isSending, setSending] = useState(false)
  const [end, setEnd] = useState<UploadEnd | null>(null)
  const reread = useCallback(async () => setMarks(await keptMarks()), [])
  const busy = useRef(false)
  const send = useCallback(async () => {
    if (busy.current) return
    busy.current = true
    setSending(true)
    try {
      setEnd(await uploadWaiting())
      await reread()
    } finally {
      busy.current = false
      setSending(false)
    }
  }, [reread])
  const waiting = marks.filter(({ state }) => state === 'waiting').length
  useEffect(() => void reread(), [reread])
  useEffect(() => {
    if (waiting === 0) return undefined
    const attempt = () => {
      if (navigator.onLine && !document.hidden) void send()
    }
    attempt()
    const timer = setInterval(attempt, RETRY_MILLISECONDS)
    window.addEventListener('online', attempt)
    document.addEventListener('visibilitychange', attempt)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', attempt)
      document.removeEventListener('visibilitychange', attempt)
    }
  }, [waiting, send])
  return { marks, isSending, end, send: () => void send(), reread }
}

/** The pack of a session: what is kept at once, and a new one whenever there is a network. */
export function usePack(sessionId: string): { readonly pack: KeptPack | null; readonly problem: Problem | null } {
  const [pack, setPack] = useState<KeptPack | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    let isShown = true
    const refresh = async () => {
      try {
        const fetched = await fetchPack(sessionId)
        if (isShown) setPack(fetched)
        if (isShown) setProblem(null)
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error
        if (isShown) setProblem(error.problem)
      }
    }
    const open = async () => {
      const kept = (await keptPacks()).find((one) => one.sessionId === sessionId)
      if (isShown && kept !== undefined) setPack(kept)
      await refresh()
    }
    void open()
    const again = () => void refresh()
    window.addEventListener('online', again)
    return () => {
      isShown = false
      window.removeEventListener('online', again)
    }
  }, [sessionId])
  return { pack, problem: problem?.code === UNREACHABLE && pack !== null ? null : problem }
}

/** Whether there is a network, as far as the browser knows. */
export function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  return isOnline
}

/** Whether the page itself is kept; null while that is being seen to. */
export function useKeptPage(): boolean | null {
  const [isKept, setKept] = useState<boolean | null>(null)
  useEffect(() => {
    const keep = async () => {
      await keepForGood()
      setKept(await keepPage())
    }
    void keep()
  }, [])
  return isKept
}

export interface Collected {
  readonly mark: KeptMark
  /** It had been collected before, and was not again. */
  readonly isOld: boolean
}

/** Collects one mark; when this resolves, it is on the phone's disk. */
export async function collect(
  pack: KeptPack,
  seen: { readonly direction: Direction; readonly who: string; readonly code: string | null },
): Promise<Collected> {
  const marks = (await keptMarks()).filter(({ sessionId }) => sessionId === pack.sessionId)
  const old = sameMark(marks, seen.direction, seen.who, serverNow(pack))
  if (old !== undefined) return { mark: old, isOld: true }
  const name = pack.people.find(({ personId }) => personId === seen.who)?.name ?? null
  const mark = await signMark(pack, { ...seen, name })
  await keepMarks([mark])
  return { mark, isOld: false }
}
