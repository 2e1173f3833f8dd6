interface TimeInputProps {
  readonly id?: string
  readonly label?: string
  /** Minutes after midnight. */
  readonly value?: number | null
  readonly onChange?: (minute: number | null) => void
  readonly 'aria-describedby'?: string
  readonly 'aria-required'?: boolean | 'true' | 'false'
}

const DAY_MINUTES = 24 * 60

/** A time of day as minutes after midnight; the end of a day is written 00:00. */
export function TimeInput({ label, value, onChange, ...rest }: TimeInputProps) {
  const two = (part: number) => String(part).padStart(2, '0')
  const shown = value === null || value === undefined ? '' : clockText(value % DAY_MINUTES, two)
  return (
    <input
      {...rest}
      className="field"
      type="time"
      aria-label={label}
      value={shown}
      onChange={(event) => {
        const [hours = Number.NaN, minutes = Number.NaN] = event.target.value.split(':').map(Number)
        onChange?.(Number.isNaN(hours + minutes) ? null : hours * 60 + minutes)
      }}
    />
  )
}

function clockText(minute: number, two: (part: number) => string): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
