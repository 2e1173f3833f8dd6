import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import type { Unit } from '../../../../contract/orgs.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Page, Section } from '../../parts/page.tsx'
import { nameIn, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { ProviderCalendar } from '../../parts/provider-calendar.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { UnitPhone } from '../people/unit-phone.tsx'

type Period = AnswerOf<'readUnit'>['periods'][number]

/** One unit: what it is called now and was called before, where it answers, and its end. */
export function UnitScreen() {
  const { t } = useWords()
  const { id } = useParams<{ id: string }>()
  const read = useRead('readUnit', { params: { id } })
  return (
    <ReadState read={read} lines={8}>
      {({ unit, periods }) => (
        <UnitPage key={unit.id} unit={unit} periods={periods} backText={t('staff-office.units-back')} />
      )}
    </ReadState>
  )
}

interface UnitPageProps {
  readonly unit: Unit
  readonly periods: readonly Period[]
  readonly backText: string
}

function UnitPage({ unit, periods, backText }: UnitPageProps) {
  const { t, locale, named } = useWords()
  const [doing, setDoing] = useState<'rename' | 'end' | null>(null)
  const close = () => setDoing(null)
  const mayEnd = unit.kind !== 'centre'
  return (
    <Page
      title={nameIn(locale, unit)}
      lead={<Link href="/units">{backText}</Link>}
      actions={
        doing === null &&
        periods.at(-1)?.validUntil === null && (
          <>
            <Button onClick={() => setDoing('rename')}>{t('staff-office.unit-rename')}</Button>
            {mayEnd && (
              <Button danger onClick={() => setDoing('end')}>
                {t('staff-office.unit-end')}
              </Button>
            )}
          </>
        )
      }
    >
      {doing === 'rename' && <RenameUnit unit={unit} onClose={close} />}
      {doing === 'end' && <EndUnit unit={unit} onClose={close} />}
      <Section title={t('staff-office.unit-facts')}>
        <Facts
          facts={[
            { term: t('staff-office.unit-kind'), value: named('orgs.kind', unit.kind) },
            { term: t('staff-office.unit-above'), value: unit.path.at(-2)?.name },
            { term: t('staff-office.unit-code'), value: unit.code },
            {
              term: t('staff-office.unit-place'),
              value:
                unit.latitude === null
                  ? null
                  : `${unit.latitude.toFixed(4)}, ${unit.longitude?.toFixed(4)} · ${named('staff-office.quality', unit.coordinateQuality ?? '')}`,
            },
          ]}
        />
      </Section>
      <Section title={t('staff-office.unit-periods')}>
        <DataTable
          caption={t('staff-office.unit-periods')}
          rows={periods}
          rowKey={({ validFrom }) => validFrom}
          columns={[
            { key: 'name', title: t('staff-office.unit-name'), className: 'cell-title', cell: (row) => row.name },
            { key: 'code', title: t('staff-office.unit-code'), cell: (row) => row.code ?? '–' },
            { key: 'from', title: t('staff-office.unit-from'), cell: (row) => row.validFrom },
            { key: 'until', title: t('staff-office.unit-until'), cell: (row) => row.validUntil ?? '–' },
          ]}
        />
      </Section>
      {unit.kind === 'agency' && <ProviderCalendar kind="agency" id={unit.id} />}
      <UnitPhone unit={{ id: unit.id, name: nameIn(locale, unit) }} />
    </Page>
  )
}

interface FormProps {
  readonly unit: Unit
  readonly onClose: () => void
}

interface RenameValues {
  readonly name: string
  readonly nameEn?: string
  readonly code?: string
  readonly validFrom: string
}

function RenameUnit({ unit, onClose }: FormProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-office.unit-rename')}>
      <IntentForm<'renameUnit', RenameValues>
        route="renameUnit"
        initialValues={{ name: unit.name, nameEn: unit.nameEn ?? '', code: unit.code ?? '' }}
        toInput={({ name, nameEn, code, validFrom }) => ({
          params: { id: unit.id },
          body: {
            name,
            nameEn: nameEn?.trim() ? nameEn : null,
            code: code?.trim() ? code.trim() : null,
            validFrom,
          },
        })}
        onDone={async () => {
          notify(t('staff-office.unit-renamed'))
          onClose()
          await forget('readUnit', 'listUnits')
        }}
        onCancel={onClose}
        submit={t('staff.save')}
      >
        <div className="field-row">
          <Form.Item name="name" label={t('staff-office.unit-name')} rules={required}>
            <Input maxLength={60} autoComplete="off" />
          </Form.Item>
          <Form.Item name="nameEn" label={t('staff-office.unit-name-en')}>
            <Input maxLength={120} autoComplete="off" />
          </Form.Item>
          {unit.kind !== 'agency' && (
            <Form.Item name="code" label={t('staff-office.unit-code')} rules={required}>
              <Input maxLength={12} inputMode="numeric" autoComplete="off" />
            </Form.Item>
          )}
          <Form.Item
            name="validFrom"
            label={t('staff-office.unit-from')}
            extra={t('staff-office.unit-from-help')}
            rules={required}
          >
            <Input type="date" />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}

interface EndValues {
  readonly validUntil: string
  readonly successorId: Named
}

function EndUnit({ unit, onClose }: FormProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-office.unit-end')}>
      <p>{t('staff-office.unit-end-lead')}</p>
      <IntentForm<'endUnit', EndValues>
        route="endUnit"
        toInput={({ validUntil, successorId }) => ({
          params: { id: unit.id },
          body: { validUntil, successorId: successorId.id },
        })}
        onDone={async () => {
          notify(t('staff-office.unit-ended'))
          onClose()
          await forget('readUnit', 'listUnits')
        }}
        onCancel={onClose}
        submit={t('staff-office.unit-end')}
        danger
      >
        <div className="field-row">
          <Form.Item name="validUntil" label={t('staff-office.unit-until')} rules={required}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="successorId" label={t('staff-office.unit-successor')} rules={required}>
            <UnitPicker />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}
