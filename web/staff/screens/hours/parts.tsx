import { useWords } from '../../locale.tsx'
import { useMoments, useNow } from '../../parts/moments.ts'
import { useDistance } from '../../parts/order-state.tsx'

/** Whole hours and minutes, as people say them. */
export function useDuration(): (minutes: number) => string {
  const { t } = useWords()
  return (minutes) => {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
    if (hours === 0) return t('hours.duration.minutes', { minutes: rest })
    if (rest === 0) return t('hours.duration.hours', { hours })
    return t('hours.duration.both', { hours, minutes: rest })
  }
}

/** By when it has to be done, and loudly where that has passed. */
export function DueTime({ at }: { readonly at: string }) {
  const now = useNow()
  const away = useDistance()
  const { moment } = useMoments()
  const isLate = Date.parse(at) < now
  return (
    <p className={isLate ? 'due due-late' : 'due'}>
      {isLate && (
        <span className="due-sign" aria-hidden="true">
          !
        </span>
      )}
      <span>
        <strong>{away(at, now)}</strong>
        <time dateTime={at}>{moment(at)}</time>
      </span>
    </p>
  )
}
