import { Checkbox, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { MomentInput } from '../../parts/moment-input.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { Choose, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, usePages, useRead } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { RecurrenceField, recurrenceOf, ServiceKindField } from './fields.tsx'

/** The activity desk: what my units and teams organise, and a new one in seconds. */
export function ActivitiesScreen() {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const list = usePages('listOrganised', { query: {} }, { keep: true })
  return (
    <Page title={t('staff.menu.activities')} lead={t('staff-activity.lead')}>
      <NewActivity />
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-activity.none')}>{t('staff-activity.none-next')}</Empty>
          ) : (
            <div className="sheet">
              <DataTable
                caption={t('staff.menu.activities')}
                rows={rows}
                rowKey={({ id }) => id}
                more={list}
                columns={[
                  {
                    key: 'title',
                    title: t('staff-activity.title'),
                    className: 'cell-title',
                    cell: (row) => (
                      <>
                        <Link href={`/activities/${row.id}`} className="row-link">
                          {row.title}
                        </Link>
                        <span className="cell-sub">{row.teamName ?? row.unitName}</span>
                      </>
                    ),
                  },
                  {
                    key: 'state',
                    title: t('staff-activity.state'),
                    cell: (row) => named('staff-activity.state', row.state),
                  },
                  {
                    key: 'next',
                    title: t('staff-activity.next'),
                    cell: (row) => (row.nextStartsAt === null ? '–' : moment(row.nextStartsAt)),
                  },
                  { key: 'sessions', title: t('staff-activity.sessions'), cell: (row) => row.sessions },
                ]}
              />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}

interface NewValues {
  readonly templateId?: string
  readonly unit?: Named
  readonly title?: string
  readonly place?: string
  readonly personInCharge?: string
  readonly needed?: number
  readonly minutes?: number
  readonly startsAt: string
  readonly recurrence?: string
  readonly kindSlug?: string
  readonly publish?: boolean
}

/** With a template only the time is needed; without one, what the law wants to be said. */
function NewActivity() {
  const { t } = useWords()
  const me = useMe()
  const forget = useForget()
  const [, go] = useLocation()
  const templates = useRead('listTemplates', {})
  const [templateId, setTemplateId] = useState('')
  const isPlain = templateId === ''
  const unitOf = (values: NewValues) => values.unit?.id ?? me.roles[0]?.unitId ?? null
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-activity.new')}>
      <div className="labelled">
        <span>{t('staff-activity.template')}</span>
        <Choose
          label={t('staff-activity.template')}
          empty={t('staff-activity.no-template')}
          value={templateId}
          onChange={setTemplateId}
          options={(templates.data?.rows ?? []).map((row) => ({ value: row.id, text: row.name }))}
        />
      </div>
      <IntentForm<'createActivity', NewValues>
        key={templateId}
        route="createActivity"
        initialValues={{ publish: true }}
        toInput={(values) => ({
          body: {
            templateId: isPlain ? null : templateId,
            unitId: isPlain ? unitOf(values) : null,
            startsAt: values.startsAt,
            recurrence: recurrenceOf(values.recurrence),
            publish: values.publish === true,
            plan: {
              title: values.title,
              place: values.place,
              personInCharge: values.personInCharge,
              minutes: values.minutes,
              ...(isKind(values.kindSlug) && { kindSlug: values.kindSlug }),
              ...(isPlain && { roles: [{ name: t('staff-activity.member'), needed: values.needed ?? 10 }] }),
            },
          },
        })}
        onDone={async ({ id }) => {
          await forget('listOrganised')
          go(`/activities/${id}`)
        }}
        submit={t('staff-activity.create')}
      >
        <WhenFields required={required} />
        <Form.Item name="title" label={t('staff-activity.title')} rules={isPlain ? required : []}>
          <Input maxLength={60} />
        </Form.Item>
        {isPlain && <PlainFields required={required} unitName={me.roles[0]?.unitName ?? ''} />}
        <Form.Item name="publish" valuePropName="checked">
          <Checkbox>{t('staff-activity.publish-now')}</Checkbox>
        </Form.Item>
      </IntentForm>
    </Section>
  )
}

function PlainFields({ required, unitName }: { readonly required: object[]; readonly unitName: string }) {
  const { t } = useWords()
  return (
    <>
      <Form.Item name="unit" label={t('staff-activity.unit')} extra={t('staff-activity.unit-help', { unit: unitName })}>
        <UnitPicker />
      </Form.Item>
      <Form.Item name="place" label={t('staff-activity.place')} extra={t('staff-activity.place-help')} rules={required}>
        <Input maxLength={120} />
      </Form.Item>
      <div className="field-row">
        <Form.Item name="personInCharge" label={t('staff-activity.in-charge')} rules={required}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="needed" label={t('staff-activity.needed')}>
          <InputNumber min={1} max={5000} precision={0} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="minutes" label={t('staff-activity.minutes')}>
          <InputNumber min={5} max={1440} precision={0} inputMode="numeric" />
        </Form.Item>
      </div>
      <ServiceKindField />
    </>
  )
}

function isKind(slug: string | undefined): slug is string {
  return slug !== undefined && slug !== ''
}

function WhenFields({ required }: { readonly required: object[] }) {
  const { t } = useWords()
  return (
    <div className="field-row">
      <Form.Item name="startsAt" label={t('staff-activity.starts')} rules={required}>
        <MomentInput />
      </Form.Item>
      <RecurrenceField />
    </div>
  )
}
