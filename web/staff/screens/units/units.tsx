import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Unit } from '../../../../contract/orgs.ts'
import { useWords } from '../../locale.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Choose, nameIn, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, usePages, useRead } from '../../parts/use-call.ts'

const KINDS = ['station', 'institute', 'agency'] as const
type Kind = (typeof KINDS)[number]

/** Every unit of the district as it stood on a day, and where a new one begins. */
export function UnitsScreen() {
  const { t } = useWords()
  const [kind, setKind] = useState('')
  const [words, setWords] = useState('')
  const [on, setOn] = useState('')
  const [opening, setOpening] = useState(false)
  const query = {
    kind: KINDS.find((one) => one === kind),
    q: words.trim() === '' ? undefined : words.trim(),
    on: on === '' ? undefined : on,
  }
  const columns = useColumns()
  const list = usePages('listUnits', { query }, { keep: true })
  return (
    <Page
      title={t('staff.menu.units')}
      lead={t('staff-office.units-lead')}
      actions={
        !opening && (
          <Button type="primary" onClick={() => setOpening(true)}>
            {t('staff-office.unit-open')}
          </Button>
        )
      }
    >
      {opening && <OpenUnit onClose={() => setOpening(false)} />}
      <div className="filters field-row">
        <Choose
          label={t('staff-office.unit-kind')}
          empty={t('staff-office.all-kinds')}
          value={kind}
          onChange={setKind}
          options={KINDS.map((value) => ({ value, text: t(`orgs.kind.${value}`) }))}
        />
        <label>
          {t('staff.search')}{' '}
          <input className="field" type="search" value={words} onChange={(event) => setWords(event.target.value)} />
        </label>
        <label>
          {t('staff-office.units-on')}{' '}
          <input className="field" type="date" value={on} onChange={(event) => setOn(event.target.value)} />
        </label>
      </div>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={8}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-office.units-none')}>{t('staff-office.units-none-next')}</Empty>
          ) : (
            <div className="sheet">
              <DataTable
                caption={t('staff.menu.units')}
                rows={rows}
                rowKey={({ id }) => id}
                columns={columns}
                more={list}
              />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}

function useColumns(): readonly Column<Unit>[] {
  const { t, locale, named } = useWords()
  return [
    {
      key: 'name',
      title: t('staff-office.unit'),
      className: 'cell-title',
      cell: (unit) => <Link href={`/units/${unit.id}`}>{nameIn(locale, unit)}</Link>,
    },
    { key: 'kind', title: t('staff-office.unit-kind'), cell: (unit) => named('orgs.kind', unit.kind) },
    { key: 'above', title: t('staff-office.unit-above'), cell: (unit) => unit.path.at(-2)?.name ?? '–' },
    { key: 'code', title: t('staff-office.unit-code'), cell: (unit) => unit.code ?? '–' },
    { key: 'phone', title: t('staff-office.unit-phone'), cell: (unit) => unit.phone ?? '–' },
  ]
}

interface OpenValues {
  readonly kind: Kind
  readonly parentId?: Named | null
  readonly name: string
  readonly nameEn?: string
  readonly code?: string
  readonly validFrom: string
}

/** Leads to the new unit's own page: there is what it needs next, a phone, and in the list it stands far below. */
function useOpened(): (id: string) => Promise<void> {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const [, navigate] = useLocation()
  return async (id) => {
    notify(t('staff-office.unit-opened'))
    await forget('listUnits')
    navigate(`/units/${id}`)
  }
}

/** An agency has neither a code nor a choice of what stands above it. */
function OpenUnit({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords()
  const opened = useOpened()
  const { zone } = useMoments()
  const now = useNow()
  const required = [{ required: true, message: t('validation.required') }]
  const centre = useRead('listUnits', { query: { kind: 'centre' } }).data?.rows[0]
  return (
    <Section title={t('staff-office.unit-open')}>
      <IntentForm<'openUnit', OpenValues>
        route="openUnit"
        initialValues={{ kind: 'agency', validFrom: dateAt(now, zone) }}
        toInput={({ kind, parentId, name, nameEn, code, validFrom }) => ({
          body: {
            kind,
            parentId: kind === 'station' ? (parentId?.id ?? '') : (centre?.id ?? ''),
            name,
            nameEn: nameEn?.trim() ? nameEn : null,
            code: kind === 'agency' || !code?.trim() ? null : code.trim(),
            validFrom,
          },
        })}
        onDone={({ id }) => opened(id)}
        onCancel={onClose}
        submit={t('staff-office.unit-open')}
      >
        <div className="field-row">
          <Form.Item name="kind" label={t('staff-office.unit-kind')} rules={required}>
            <Choose options={KINDS.map((value) => ({ value, text: t(`orgs.kind.${value}`) }))} />
          </Form.Item>
          <Form.Item name="name" label={t('staff-office.unit-name')} rules={required}>
            <Input maxLength={60} autoComplete="off" />
          </Form.Item>
          <Form.Item name="nameEn" label={t('staff-office.unit-name-en')}>
            <Input maxLength={120} autoComplete="off" />
          </Form.Item>
        </div>
        <Form.Item noStyle dependencies={['kind']}>
          {({ getFieldValue }) => (
            <div className="field-row">
              {getFieldValue('kind') === 'station' && (
                <Form.Item name="parentId" label={t('staff-office.unit-above')} rules={required}>
                  <UnitPicker kind="institute" />
                </Form.Item>
              )}
              {getFieldValue('kind') !== 'agency' && (
                <Form.Item
                  name="code"
                  label={t('staff-office.unit-code')}
                  extra={t('staff-office.unit-code-help')}
                  rules={required}
                >
                  <Input maxLength={12} inputMode="numeric" autoComplete="off" />
                </Form.Item>
              )}
              <Form.Item name="validFrom" label={t('staff-office.unit-from')} rules={required}>
                <Input type="date" />
              </Form.Item>
            </div>
          )}
        </Form.Item>
      </IntentForm>
    </Section>
  )
}
