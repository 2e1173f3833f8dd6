import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { nameIn } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'

type Theme = AnswerOf<'listThemes'>['rows'][number]

/** Themes of the month and campaigns, dated: what activities are counted under. */
export function ThemesScreen() {
  const { t, named, locale } = useWords()
  const { date } = useMoments()
  const [on, setOn] = useState('')
  const [chosen, setChosen] = useState<Theme | null>(null)
  const themes = useRead('listThemes', { query: { on: on === '' ? undefined : on } }, { keep: true })
  return (
    <Page title={t('staff-activity.themes')} lead={t('staff-activity.themes-lead')}>
      <ThemeForm key={chosen?.id ?? 'new'} theme={chosen} onDone={() => setChosen(null)} />
      <div className="filters field-row">
        <label>
          {t('staff-activity.themes-on')}{' '}
          <input className="field" type="date" value={on} onChange={(event) => setOn(event.target.value)} />
        </label>
      </div>
      <ReadState read={themes} lines={4}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title={t('staff-activity.themes-none')} />
          ) : (
            <div className="sheet">
              <DataTable
                caption={t('staff-activity.themes')}
                rows={rows}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'name',
                    title: t('staff-activity.theme-name'),
                    className: 'cell-title',
                    cell: (row) => (
                      <>
                        {nameIn(locale, row)}
                        {row.nameEn !== null && (
                          <span className="cell-sub">{locale === 'en' ? row.name : row.nameEn}</span>
                        )}
                      </>
                    ),
                  },
                  {
                    key: 'kind',
                    title: t('staff-activity.theme-kind'),
                    cell: (row) => named('staff-activity.theme', row.kind),
                  },
                  { key: 'from', title: t('staff-activity.theme-from'), cell: (row) => date(row.validFrom) },
                  {
                    key: 'until',
                    title: t('staff-activity.theme-until'),
                    cell: (row) => (row.validUntil === null ? '–' : date(row.validUntil)),
                  },
                  {
                    key: 'edit',
                    title: t('staff-activity.theme-edit'),
                    cell: (row) => <Button onClick={() => setChosen(row)}>{t('staff-activity.theme-edit')}</Button>,
                  },
                ]}
              />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}

interface ThemeValues {
  readonly kind: 'theme' | 'campaign'
  readonly name: string
  readonly nameEn?: string | null
  readonly validFrom: string
  readonly validUntil?: string | null
}

function ThemeForm({ theme, onDone }: { readonly theme: Theme | null; readonly onDone: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  const orNull = (text: string | null | undefined) => (text === undefined || text === '' ? null : text)
  return (
    <Section title={t(theme === null ? 'staff-activity.theme-new' : 'staff-activity.theme-edit')}>
      <IntentForm<'saveTheme', ThemeValues>
        route="saveTheme"
        initialValues={theme ?? { kind: 'theme' }}
        toInput={({ kind, name, nameEn, validFrom, validUntil }) => ({
          body: {
            id: theme?.id ?? null,
            kind,
            name,
            nameEn: orNull(nameEn),
            validFrom,
            validUntil: orNull(validUntil),
          },
        })}
        onDone={async () => {
          notify(t('staff-activity.theme-saved'))
          onDone()
          await forget('listThemes')
        }}
        {...(theme !== null && { onCancel: onDone })}
        submit={t('staff-activity.theme-save')}
      >
        <div className="field-row">
          <Form.Item name="kind" label={t('staff-activity.theme-kind')} rules={required}>
            <Choose
              options={(['theme', 'campaign'] as const).map((value) => ({
                value,
                text: t(`staff-activity.theme.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="name" label={t('staff-activity.theme-name')} rules={required}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="nameEn" label={t('staff-activity.theme-name-en')}>
            <Input maxLength={80} />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="validFrom" label={t('staff-activity.theme-from')} rules={required}>
            <Input type="date" />
          </Form.Item>
          <Form.Item
            name="validUntil"
            label={t('staff-activity.theme-until')}
            extra={t('staff-activity.theme-until-help')}
          >
            <Input type="date" />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}
