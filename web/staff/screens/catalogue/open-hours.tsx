import { Button } from 'antd'
import { useWords } from '../../locale.tsx'
import { Choose } from '../../parts/pickers.tsx'

interface OpenHour {
  readonly weekday: number
  readonly fromMinute: number
  readonly untilMinute: number
}

interface OpenHoursProps {
  readonly value?: readonly OpenHour[]
  readonly onChange?: (hours: readonly OpenHour[]) => void
  readonly id?: string
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
const MORNING = { weekday: 1, fromMinute: 9 * 60, untilMinute: 12 * 60 }
const ROWS_MAX = 21

/** Hours of the week at which the service can be had; none means any. */
export function OpenHours({ value = [], onChange, id }: OpenHoursProps) {
  const { t } = useWords()
  const names = useWeekdays()
  const change = (at: number, part: Partial<OpenHour>) =>
    onChange?.(value.map((row, index) => (index === at ? { ...row, ...part } : row)))
  return (
    <div className="open-hours" id={id} role="group" aria-label={t('staff-office.open-hours')}>
      {value.map((row, at) => (
        <div key={at} className="open-hours-row">
          <Choose
            label={t('staff-office.weekday')}
            value={String(row.weekday)}
            options={WEEKDAYS.map((day) => ({ value: String(day), text: names(day) }))}
            onChange={(day) => change(at, { weekday: Number(day) })}
          />
          <TimeOfDay
            label={t('staff-office.from')}
            minute={row.fromMinute}
            onChange={(fromMinute) => change(at, { fromMinute })}
          />
          <span aria-hidden="true">–</span>
          <TimeOfDay
            label={t('staff-office.until')}
            minute={row.untilMinute}
            onChange={(untilMinute) => change(at, { untilMinute })}
          />
          <Button size="small" onClick={() => onChange?.(value.filter((_row, index) => index !== at))}>
            {t('staff.remove')}
          </Button>
        </div>
      ))}
      <Button onClick={() => onChange?.([...value, value.at(-1) ?? MORNING])} disabled={value.length >= ROWS_MAX}>
        {t('staff-office.add-hours')}
      </Button>
    </div>
  )
}

function useWeekdays(): (weekday: number) => string {
  const { locale } = useWords()
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' })
  // 1 January 2024 was a Monday.
  return (weekday) => format.format(new Date(Date.UTC(2024, 0, weekday)))
}

interface TimeOfDayProps {
  readonly label: string
  readonly minute: number
  readonly onChange: (minute: number) => void
}

function TimeOfDay({ label, minute, onChange }: TimeOfDayProps) {
  const two = (part: number) => String(part).padStart(2, '0')
  return (
    <input
      className="field"
      type="time"
      aria-label={label}
      value={`${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`}
      onChange={(event) => {
        const [hours = Number.NaN, minutes = Number.NaN] = event.target.value.split(':').map(Number)
        if (!Number.isNaN(hours + minutes)) onChange(hours * 60 + minutes)
      }}
    />
  )
}
