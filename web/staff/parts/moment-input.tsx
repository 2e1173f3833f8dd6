import { Button } from 'antd'
import { useWords } from '../locale.tsx'
import { dateAt, instantOf, useMoments, useNow, wallOf } from './moments.ts'

interface MomentInputProps {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (instant: string | null) => void
  readonly label?: string
  readonly min?: string
  readonly 'aria-describedby'?: string
  readonly 'aria-required'?: boolean | 'true' | 'false'
}

/** An instant, typed as wall time of the district whatever zone this computer is set to. */
export function MomentInput({ value, onChange, label, min, ...rest }: MomentInputProps) {
  const { zone } = useMoments()
  return (
    <input
      {...rest}
      className="field"
      type="datetime-local"
      aria-label={label}
      value={value === null || value === undefined ? '' : wallOf(value, zone)}
      min={min === undefined ? undefined : wallOf(min, zone)}
      onChange={(event) => onChange?.(instantOf(event.target.value, zone) ?? null)}
    />
  )
}

interface DateInputProps {
  readonly id?: string
  readonly value?: string | null
  readonly onChange?: (date: string | null) => void
  readonly label?: string
  readonly min?: string
  readonly 'aria-describedby'?: string
  readonly 'aria-required'?: boolean | 'true' | 'false'
}

export function DateInput({ value, onChange, label, ...rest }: DateInputProps) {
  return (
    <input
      {...rest}
      className="field"
      type="date"
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange?.(event.target.value === '' ? null : event.target.value)}
    />
  )
}

export interface TimeWindow {
  readonly from: string | null
  readonly until: string | null
}

/** Half days and spans that callers name most often: days ahead, hours, and the last day where it is another one. */
const HALF_DAYS = [
  { key: 'tomorrow-morning', days: 1, from: '08:30', until: '11:30' },
  { key: 'tomorrow-afternoon', days: 1, from: '14:00', until: '17:00' },
  { key: 'next-morning', days: 2, from: '08:30', until: '11:30' },
  { key: 'within-week', days: 1, from: '08:30', until: '17:00', lastDay: 7 },
  { key: 'within-fortnight', days: 1, from: '08:30', until: '17:00', lastDay: 14 },
] as const

interface WindowPickerProps {
  readonly value?: TimeWindow
  readonly onChange?: (window: TimeWindow) => void
  readonly id?: string
}

/** When the requester would like it: one press for the usual half days, or exact times. */
export function WindowPicker({ value = { from: null, until: null }, onChange, id }: WindowPickerProps) {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const windowOf = (half: (typeof HALF_DAYS)[number]): TimeWindow => ({
    from: instantOf(`${dateAt(now, zone, half.days)}T${half.from}`, zone) ?? null,
    until: instantOf(`${dateAt(now, zone, 'lastDay' in half ? half.lastDay : half.days)}T${half.until}`, zone) ?? null,
  })
  const isAny = value.from === null && value.until === null
  const isChosen = (window: TimeWindow) => window.from === value.from && window.until === value.until
  const exact = !isAny && !HALF_DAYS.some((half) => isChosen(windowOf(half)))
  return (
    <div className="window-picker" id={id} role="group" aria-label={t('staff.window')} tabIndex={-1}>
      <div className="chips">
        <Button aria-pressed={isAny} onClick={() => onChange?.({ from: null, until: null })}>
          {t('staff.window.any')}
        </Button>
        {HALF_DAYS.map((half) => (
          <Button key={half.key} aria-pressed={isChosen(windowOf(half))} onClick={() => onChange?.(windowOf(half))}>
            {t(`staff.window.${half.key}`)}
          </Button>
        ))}
      </div>
      <details className="more-fields" open={exact || undefined}>
        <summary>{t('staff.window.exact')}</summary>
        <div className="field-pair">
          <MomentInput
            label={t('staff.window.from')}
            value={value.from}
            onChange={(from) => onChange?.({ ...value, from })}
          />
          <span aria-hidden="true">–</span>
          <MomentInput
            label={t('staff.window.until')}
            value={value.until}
            onChange={(until) => onChange?.({ ...value, until })}
          />
        </div>
      </details>
    </div>
  )
}
