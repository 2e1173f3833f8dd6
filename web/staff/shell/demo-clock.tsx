import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useWords } from '../locale.tsx'
import { ProblemAlert } from '../parts/problem-alert.tsx'
import { useIntent, useRead } from '../parts/use-call.ts'

const STEPS = [
  { key: 'hour', minutes: 60 },
  { key: 'day', minutes: 24 * 60 },
  { key: 'week', minutes: 7 * 24 * 60 },
] as const

/** Demonstration servers only: moves business time on, so that due times can be seen to pass. */
export function DemoClock() {
  const { t } = useWords()
  const clock = useRead('readClock', {}, { staleTime: 60_000 })
  const client = useQueryClient()
  const shift = useIntent('shiftClock', () => client.invalidateQueries())
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  if (clock.data?.canShift !== true) return null
  return (
    <div
      className="demo-clock"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        setOpen(false)
        button.current?.focus()
      }}
    >
      <Button ref={button} size="small" aria-expanded={open} aria-controls="demo-clock" onClick={() => setOpen(!open)}>
        {t('staff.demo-clock')}
      </Button>
      {open && (
        <div id="demo-clock" className="demo-clock-panel" role="group" aria-label={t('staff.demo-clock')}>
          <p>{t('staff.demo-clock-why')}</p>
          <div className="form-buttons">
            {STEPS.map(({ key, minutes }) => (
              <Button key={key} disabled={shift.pending} onClick={() => void shift.run({ body: { minutes } })}>
                {t(`staff.demo-clock.${key}`)}
              </Button>
            ))}
          </div>
          <ProblemAlert problem={shift.problem} />
        </div>
      )}
    </div>
  )
}
