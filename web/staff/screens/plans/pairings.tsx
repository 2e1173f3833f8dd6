import { Button, Form, Input } from 'antd'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { type Named, type ProviderChoice, ProviderPicker, UnitPicker } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, useRead } from '../../parts/use-call.ts'

interface Pair {
  readonly unitId: Named
  readonly provider: ProviderChoice
  readonly note: string
  readonly validFrom: string
}

/** Which agency or team has taken a village on. */
export function Pairings({ mayEdit }: { readonly mayEdit: boolean }) {
  const { t } = useWords()
  const { day } = useMoments()
  const read = useRead('listPairings', {})
  return (
    <Section title={t('staff-plan.pairings')}>
      <p className="sheet-lead">{t('staff-plan.pairings-help')}</p>
      <ReadState read={read} lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p>{t('staff-plan.pairings-none')}</p>
          ) : (
            <DataTable
              caption={t('staff-plan.pairings')}
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                {
                  key: 'village',
                  title: t('staff-plan.village'),
                  className: 'cell-title',
                  cell: (row) => row.unitName,
                },
                { key: 'provider', title: t('staff-plan.paired-with'), cell: (row) => row.providerName },
                { key: 'since', title: t('staff-plan.road-since'), cell: (row) => day(row.validFrom) },
                { key: 'note', title: t('staff-plan.pairing-note'), cell: (row) => row.note },
                ...(mayEdit
                  ? [
                      {
                        key: 'end',
                        title: t('staff-plan.row-actions'),
                        cell: (row: { id: string }) => <End id={row.id} />,
                      },
                    ]
                  : []),
              ]}
            />
          )
        }
      </ReadState>
      {mayEdit && <Add />}
    </Section>
  )
}

function End({ id }: { readonly id: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const end = useIntent('endPairing', async () => {
    notify(t('staff-plan.pairing-ended'))
    await forgetRoutes('listPairings')
  })
  return (
    <Button loading={end.pending} onClick={() => void end.run({ params: { id } })}>
      {t('staff-plan.pairing-end')}
    </Button>
  )
}

function Add() {
  const { t } = useWords()
  const { zone } = useMoments()
  const now = useNow()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <details className="more-fields">
      <summary>{t('staff-plan.pairing-add')}</summary>
      <IntentForm<'pairVillage', Pair>
        route="pairVillage"
        toInput={({ unitId, provider, note, validFrom }) => ({
          body: { unitId: unitId.id, providerKind: provider.kind, providerId: provider.id, note, validFrom },
        })}
        onDone={async () => {
          notify(t('staff-plan.pairing-added'))
          await forgetRoutes('listPairings')
        }}
        submit={t('staff-plan.pairing-add')}
        initialValues={{ validFrom: dateAt(now, zone, 0), note: '' }}
      >
        <div className="field-row">
          <Form.Item name="unitId" label={t('staff-plan.village')} rules={required}>
            <UnitPicker />
          </Form.Item>
          <Form.Item name="provider" label={t('staff-plan.paired-with')} rules={required}>
            <ProviderPicker />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="validFrom" label={t('staff-plan.road-since')} rules={required}>
            <DateInput />
          </Form.Item>
          <Form.Item name="note" label={t('staff-plan.pairing-note')}>
            <Input maxLength={120} />
          </Form.Item>
        </div>
      </IntentForm>
    </details>
  )
}
