import { Button, Form } from 'antd'
import { useWords } from '../../locale.tsx'
import { nameIn, type OfferingChoice } from '../../parts/pickers.tsx'
import { useRead } from '../../parts/use-call.ts'
import type { EntryValues } from './entry-values.ts'
import { suggest } from './suggest.ts'

/** Services of the catalogue that sound like what the caller said; one press fills in service and category. */
export function Suggestions() {
  const { t, locale } = useWords()
  const form = Form.useFormInstance<EntryValues>()
  const title = (Form.useWatch('title', form) as string | undefined) ?? ''
  const chosen = Form.useWatch('offeringId', form) as EntryValues['offeringId'] | undefined
  const offerings = useRead('listOfferings', { query: { limit: '100' } }, { staleTime: 300_000 })
  const isChosen = chosen !== null && chosen !== undefined
  const found = isChosen ? [] : suggest(title, offerings.data?.rows ?? [])
  if (found.length === 0) return null
  const choose = (offering: OfferingChoice) => {
    form.setFieldsValue({ offeringId: offering, categoryId: offering.category.id })
    const [only, ...others] = offering.targetGroups
    if (only !== undefined && others.length === 0) form.setFieldValue('targetGroup', only)
  }
  return (
    <div className="suggestions" role="group" aria-label={t('staff-entry.suggestions')}>
      <span className="cell-sub">{t('staff-entry.suggestions')}</span>
      {found.map((offering) => (
        <Button key={offering.id} size="small" onClick={() => choose(offering)}>
          {locale === 'en' ? (offering.titleEn ?? offering.title) : offering.title}
          <small> · {nameIn(locale, offering.category)}</small>
        </Button>
      ))}
    </div>
  )
}
