import { Button, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { goThereOnAppearing } from '../../parts/focus.ts'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { nameIn } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { NameFields } from './name-fields.tsx'

type Family = AnswerOf<'listTeamFamilies'>['rows'][number]

/** Families of teams, dated: the "2 + 6 + N" of a district as data. */
export function FamiliesScreen() {
  const { t, locale } = useWords()
  const { date } = useMoments()
  const [on, setOn] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Family | null>(null)
  const families = useRead('listTeamFamilies', { query: { on: on ?? undefined } }, { keep: true })
  return (
    <Page title={t('staff-team.families')} lead={t('staff-team.families-lead')}>
      <div key={chosen?.id ?? 'new'} tabIndex={-1} ref={chosen === null ? null : goThereOnAppearing}>
        <FamilyForm family={chosen} onDone={() => setChosen(null)} />
      </div>
      <div className="filters">
        <div className="labelled">
          <span>{t('staff-activity.themes-on')}</span>
          <DateInput label={t('staff-activity.themes-on')} value={on} onChange={setOn} />
        </div>
      </div>
      <ReadState read={families} lines={4}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty title={t('staff-team.families-none')} />
          ) : (
            <div className="sheet">
              <DataTable
                caption={t('staff-team.families')}
                rows={rows}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'name',
                    title: t('staff-team.name'),
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
                  { key: 'slot', title: t('staff-team.family-slot'), cell: (row) => row.slot },
                  { key: 'from', title: t('staff-activity.theme-from'), cell: (row) => date(row.validFrom) },
                  {
                    key: 'until',
                    title: t('staff-activity.theme-until'),
                    cell: (row) => (row.validUntil === null ? '–' : date(row.validUntil)),
                  },
                  {
                    key: 'edit',
                    title: t('staff-team.family-edit'),
                    cell: (row) => (
                      <Button onClick={() => setChosen(row)}>
                        {t('staff-team.family-edit')}
                        <span className="visually-hidden"> {row.name}</span>
                      </Button>
                    ),
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

type Values = Omit<Family, 'id'>

function FamilyForm({ family, onDone }: { readonly family: Family | null; readonly onDone: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  return (
    <Section title={t(family === null ? 'staff-team.family-new' : 'staff-team.family-edit')}>
      <IntentForm<'saveTeamFamily', Values>
        route="saveTeamFamily"
        initialValues={family ?? { sort: 0, slot: 'N' }}
        toInput={({ slug, slot, name, nameEn, sort, validFrom, validUntil }) => ({
          body: {
            slug,
            slot,
            name,
            validFrom,
            nameEn: nameEn === undefined || nameEn === '' ? null : nameEn,
            sort: sort ?? 0,
            validUntil: validUntil ?? null,
          },
        })}
        onDone={async () => {
          notify(t('staff-team.family-saved'))
          onDone()
          await forget('listTeamFamilies')
        }}
        {...(family !== null && { onCancel: onDone })}
        submit={t('staff-team.family-save')}
      >
        <FamilyFields isNew={family === null} />
      </IntentForm>
    </Section>
  )
}

function FamilyFields({ isNew }: { readonly isNew: boolean }) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      <div className="field-row">
        <NameFields />
        <Form.Item
          name="slot"
          label={t('staff-team.family-slot')}
          extra={t('staff-team.family-slot-help')}
          rules={required}
        >
          <Input maxLength={10} />
        </Form.Item>
        <Form.Item
          name="slug"
          label={t('staff-team.family-slug')}
          extra={t('staff-team.family-slug-help')}
          rules={required}
        >
          <Input maxLength={40} autoComplete="off" disabled={!isNew} />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="sort" label={t('staff-team.family-sort')}>
          <InputNumber min={0} max={10_000} precision={0} />
        </Form.Item>
        <Form.Item name="validFrom" label={t('staff-activity.theme-from')} rules={required}>
          <DateInput />
        </Form.Item>
        <Form.Item
          name="validUntil"
          label={t('staff-activity.theme-until')}
          extra={t('staff-activity.theme-until-help')}
        >
          <DateInput />
        </Form.Item>
      </div>
    </>
  )
}
