import { useEffect, useRef, useState } from 'react'

/** What an entry cost whoever made it. */
export interface Effort {
  readonly seconds: number
  /** Presses of mouse, finger or pen; whoever works by keyboard has none. */
  readonly clicks: number
}

/** Measures one entry after the other: the clock runs from the first change on, every press since the form was empty counts. */
export function useEffort() {
  const [since, setSince] = useState<number | null>(null)
  const clicks = useRef(0)
  useEffect(() => {
    const count = () => void (clicks.current += 1)
    document.addEventListener('pointerdown', count, true)
    return () => document.removeEventListener('pointerdown', count, true)
  }, [])
  return {
    since,
    begin: () => setSince((before) => before ?? Date.now()),
    /** What it came to until now. */
    read: (): Effort => ({
      seconds: since === null ? 0 : Math.round((Date.now() - since) / 1000),
      clicks: clicks.current,
    }),
    reset: () => {
      clicks.current = 0
      setSince(null)
    },
  }
}
