import { dateIn } from '#platform/dates.ts'
import type { Translate } from '#i18n/translate.ts'
import type { Span } from './planned.ts'
import type { Tally } from './world.ts'

const BAR_CELLS = 28
const REDRAW_MILLISECONDS = 200

export interface Progress {
  show(at: number, tally: Tally, placed: number): void
  end(): void
}

/** A bar that redraws itself on a terminal, and a line a month elsewhere. */
export function openProgress(
  span: Span,
  t: Translate,
  out: { print: (text: string) => void; terminal: { write(text: string): unknown } | null },
): Progress {
  const began = performance.now()
  const [from, until] = [span.from, span.until].map((date) => Date.parse(`${date}T00:00:00+08:00`)) as [number, number]
  let drawn = 0
  let month = ''
  return {
    show(at, tally, placed) {
      const date = dateIn(new Date(at))
      const isMonth = date.slice(0, 7) !== month
      const isDue = performance.now() - drawn > REDRAW_MILLISECONDS
      if (out.terminal === null ? !isMonth : !isDue) return
      month = date.slice(0, 7)
      drawn = performance.now()
      const seconds = (drawn - began) / 1000
      const rate = Math.round(tally.writes / Math.max(seconds, 0.001))
      const { writes, turns } = tally
      const line = t('cli.year.progress', { date, placed, orders: span.orders, turns, writes, rate })
      if (out.terminal === null) return out.print(line)
      const done = Math.round(Math.min(1, Math.max(0, (at - from) / (until - from))) * BAR_CELLS)
      out.terminal.write(`\r\x1b[K${'█'.repeat(done)}${'░'.repeat(BAR_CELLS - done)} ${line}`)
    },
    end() {
      out.terminal?.write('\n')
    },
  }
}
