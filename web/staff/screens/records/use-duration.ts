import { useWords } from '../../locale.tsx'

/** Minutes as people say them. */
export function useDuration(): (minutes: number) => string {
  const { t } = useWords()
  return (minutes) =>
    minutes < 60
      ? t('records.minutes', { minutes })
      : t('records.duration', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}
