import { Button, Form, Input } from 'antd'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Facts, Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'

type Licence = AnswerOf<'listTeamLicences'>['rows'][number]

const LICENCES_MAX = 20

/** What a team may do by law and until when; written down by staff who have seen the paper. */
export function Licences({ id, mayEdit }: { readonly id: string; readonly mayEdit: boolean }) {
  const { t, named } = useWords()
  const { day } = useMoments()
  const notify = useNotify()
  const forget = useForget()
  const read = useRead('listTeamLicences', { params: { id } })
  return (
    <Section title={t('staff-team.licences-all')}>
      <ReadState read={read} lines={2}>
        {({ rows }) => (
          <>
            {rows.length === 0 && <p>{t('staff-team.licences-none')}</p>}
            <Facts
              facts={rows.map((row) => ({
                term: named('catalogue.licence', row.licence),
                value: row.validUntil === null ? t('staff-team.licence-no-end') : day(row.validUntil),
              }))}
            />
            {mayEdit && (
              <details className="more-fields">
                <summary>{t('staff-team.licences-edit')}</summary>
                <IntentForm<'saveTeamLicences', { readonly licences: readonly Licence[] }>
                  key={JSON.stringify(rows)}
                  route="saveTeamLicences"
                  initialValues={{ licences: rows }}
                  toInput={({ licences }) => ({ params: { id }, body: { licences: [...licences] } })}
                  onDone={async () => {
                    notify(t('staff-team.licences-saved'))
                    await forget('listTeamLicences', 'readTeam')
                  }}
                  submit={t('staff-team.licences-save')}
                >
                  <p className="sheet-lead">{t('staff-team.licences-help')}</p>
                  <Form.Item name="licences" label={t('staff-team.licences-all')}>
                    <LicenceRows />
                  </Form.Item>
                </IntentForm>
              </details>
            )}
          </>
        )}
      </ReadState>
    </Section>
  )
}

interface LicenceRowsProps {
  readonly value?: readonly Licence[]
  readonly onChange?: (licences: readonly Licence[]) => void
  readonly id?: string
}

function LicenceRows({ value = [], onChange, id }: LicenceRowsProps) {
  const { t } = useWords()
  const change = (at: number, part: Partial<Licence>) =>
    onChange?.(value.map((row, index) => (index === at ? { ...row, ...part } : row)))
  return (
    <div className="role-rows" id={id} role="group" aria-label={t('staff-team.licences-all')}>
      {value.map((row, at) => (
        <div key={at} className="licence-row">
          <Input
            aria-label={t('staff-team.licence-name', { number: at + 1 })}
            value={row.licence}
            maxLength={40}
            onChange={(event) => change(at, { licence: event.target.value })}
          />
          <DateInput
            label={t('staff-team.licence-until', { number: at + 1 })}
            value={row.validUntil}
            onChange={(validUntil) => change(at, { validUntil })}
          />
          <Button onClick={() => onChange?.(value.filter((_row, index) => index !== at))}>
            {t('staff.remove')}
            <span className="visually-hidden"> {row.licence}</span>
          </Button>
        </div>
      ))}
      <Button
        disabled={value.length >= LICENCES_MAX}
        onClick={() => onChange?.([...value, { licence: '', validUntil: null }])}
      >
        {t('staff-team.licence-add')}
      </Button>
    </div>
  )
}
