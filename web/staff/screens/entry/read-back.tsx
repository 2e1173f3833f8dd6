import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { nameIn, useCategories } from '../../parts/pickers.tsx'
import type { EntryValues } from './entry-values.ts'

/** The whole order in plain words, large, in the order in which one says it; what is missing is named. */
export function ReadBack({ values }: { readonly values: EntryValues }) {
  const { t } = useWords()
  const lines = useLines(values)
  return (
    <ol className="read-back" aria-label={t('staff-entry.read-back')}>
      {lines.map(({ term, value }) => (
        <li key={term} className={value === null ? 'read-back-missing' : ''}>
          <span className="read-back-term">{term}</span>
          <span className="read-back-value">{value ?? t('staff-entry.still-to-ask')}</span>
        </li>
      ))}
    </ol>
  )
}

/** 138 1234 5678: as people say it. */
function spokenPhone(phone: string): string {
  const digits = phone.replaceAll(/[^\d+]/gu, '')
  return /^1\d{10}$/u.test(digits) ? `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}` : phone
}

function useLines(values: EntryValues): readonly { readonly term: string; readonly value: string | null }[] {
  const { t, named, locale } = useWords()
  const { moment, span } = useMoments()
  const categories = useCategories()
  const category = categories.data?.rows.find(({ id }) => id === values.categoryId)
  const { from, until } = values.window
  const time =
    from !== null && until !== null
      ? span(from, until)
      : until !== null
        ? t('staff-order.until', { moment: moment(until) })
        : from === null
          ? t('staff.window.any')
          : moment(from)
  const service = [
    values.title,
    values.offeringId?.title,
    category === undefined ? undefined : nameIn(locale, category),
  ]
  const place = [values.unitId?.name, values.address, values.venue].filter(
    (part) => part !== null && part !== undefined && part !== '',
  )
  return [
    { term: t('staff-entry.say.who'), value: values.contactName === '' ? null : values.contactName },
    { term: t('staff-entry.say.phone'), value: values.contactPhone === '' ? null : spokenPhone(values.contactPhone) },
    ...(values.callBackPhone === null || values.callBackPhone === ''
      ? []
      : [{ term: t('staff.call-back'), value: spokenPhone(values.callBackPhone) }]),
    {
      term: t('staff-entry.say.what'),
      value: values.title === '' ? null : [...new Set(service.filter((part) => part !== undefined))].join(' · '),
    },
    ...(values.details === '' ? [] : [{ term: t('staff-entry.details'), value: values.details }]),
    { term: t('staff-entry.say.where'), value: values.unitId === null ? null : place.join(' · ') },
    {
      term: t('staff-entry.say.whom'),
      value: `${t('staff-order.people', { count: values.headcount })} · ${named('catalogue.target', values.targetGroup)}`,
    },
    { term: t('staff-entry.say.when'), value: time },
    ...(values.urgency === 'urgent' ? [{ term: t('staff-order.urgency'), value: t('orders.urgency.urgent') }] : []),
    ...(values.risks.length === 0
      ? []
      : [
          {
            term: t('staff-order.risks'),
            value: values.risks.map((risk) => named('orders.risk', risk)).join(t('staff.comma')),
          },
        ]),
  ]
}
