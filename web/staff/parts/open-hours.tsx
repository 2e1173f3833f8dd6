import { Button } from 'antd'
import { useWords } from '../locale.tsx'
import { Choose } from './pickers.tsx'
import { TimeInput } from './time-input.tsx'

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

/** Hours of the week at which something can be had or somebody can come; none means any. */
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
          <TimeInput
            label={t('staff-office.from')}
            value={row.fromMinute}
            onChange={(fromMinute) => fromMinute !== null && change(at, { fromMinute })}
          />
          <span aria-hidden="true">–</span>
          <TimeInput
            label={t('staff-office.until')}
            value={row.untilMinute}
            onChange={(untilMinute) => untilMinute !== null && change(at, { untilMinute })}
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
