import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { useCategories } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget } from '../../parts/use-call.ts'

type Category = AnswerOf<'listCategories'>['rows'][number]

/** Categories change from year to year: they are data with a first and a last day. */
export function Categories() {
  const { t, locale } = useWords()
  const { day } = useMoments()
  const categories = useCategories()
  const [edited, setEdited] = useState<Category | 'new' | null>(null)
  return (
    <Section
      title={t('staff-office.categories')}
      aside={edited === null && <Button onClick={() => setEdited('new')}>{t('staff-office.new-category')}</Button>}
    >
      {edited !== null && (
        <CategoryForm category={edited === 'new' ? undefined : edited} onClose={() => setEdited(null)} />
      )}
      <ReadState read={categories}>
        {({ rows }) => (
          <DataTable
            caption={t('staff-office.categories')}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                title: t('staff-order.category'),
                cell: (row) => (
                  <>
                    <strong>{locale === 'en' ? row.nameEn : row.name}</strong>
                    <span className="cell-sub">{locale === 'en' ? row.summaryEn : row.summary}</span>
                  </>
                ),
              },
              {
                key: 'offerings',
                title: t('staff-office.offerings'),
                cell: (row) => <span className="number">{row.offerings}</span>,
              },
              {
                key: 'valid',
                title: t('staff-office.valid'),
                cell: (row) => `${day(row.validFrom)} – ${row.validUntil === null ? '' : day(row.validUntil)}`,
              },
              {
                key: 'edit',
                title: t('staff.edit'),
                cell: (row) => (
                  <Button size="small" onClick={() => setEdited(row)}>
                    {t('staff.edit')}
                    <span className="visually-hidden"> {row.name}</span>
                  </Button>
                ),
              },
            ]}
          />
        )}
      </ReadState>
    </Section>
  )
}

type Values = Omit<Category, 'id' | 'offerings'>

function CategoryForm({
  category,
  onClose,
}: {
  readonly category: Category | undefined
  readonly onClose: () => void
}) {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  const { id: _id, offerings: _offerings, ...known } = category ?? { id: '', offerings: 0 }
  return (
    <IntentForm<'saveCategory', Values>
      key={category?.id ?? 'new'}
      route="saveCategory"
      toInput={(body) => ({ body })}
      onDone={async () => {
        notify(t('staff-office.category-saved'))
        onClose()
        await forgetRoutes('listCategories')
      }}
      onCancel={onClose}
      submit={t('staff.save')}
      initialValues={{ summary: '', summaryEn: '', sort: 0, validFrom: dateAt(now, zone), validUntil: null, ...known }}
    >
      <div className="field-row">
        <Form.Item name="slug" label={t('staff-office.slug')} extra={t('staff-office.slug-help')} rules={required}>
          <Input maxLength={40} disabled={category !== undefined} />
        </Form.Item>
        <Form.Item name="name" label={t('staff-office.name-zh')} rules={required}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="nameEn" label={t('staff-office.name-en')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="summary" label={t('staff-office.summary-zh')}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={200} />
        </Form.Item>
        <Form.Item name="summaryEn" label={t('staff-office.summary-en')}>
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={400} />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="validFrom" label={t('staff-office.from')} rules={required}>
          <DateInput />
        </Form.Item>
        <Form.Item name="validUntil" label={t('staff-office.until')}>
          <DateInput />
        </Form.Item>
        <Form.Item name="sort" label={t('staff-office.sort')}>
          <InputNumber min={0} max={999} precision={0} />
        </Form.Item>
      </div>
    </IntentForm>
  )
}
