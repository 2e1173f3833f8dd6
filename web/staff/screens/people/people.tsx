import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import type { RoleName } from '../../../../contract/people.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { type Named, UnitPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, usePages } from '../../parts/use-call.ts'
import { RoleAtUnit } from './role-at-unit.tsx'
import { StaffCard } from './staff-card.tsx'
import { UnitPhone } from './unit-phone.tsx'

/** Staff of the units one administers, with their roles and where these hold. */
export function PeopleScreen() {
  const { t } = useWords()
  const [unit, setUnit] = useState<Named | null>(null)
  const [appointing, setAppointing] = useState(false)
  const list = usePages('listStaff', { query: { unitId: unit?.id } }, { keep: true })
  return (
    <Page
      title={t('staff.menu.people')}
      lead={t('staff-office.people-lead')}
      actions={
        !appointing && (
          <Button type="primary" onClick={() => setAppointing(true)}>
            {t('staff-office.appoint')}
          </Button>
        )
      }
    >
      {appointing && <Appoint onClose={() => setAppointing(false)} />}
      <div className="filters">
        <UnitPicker
          label={t('staff-office.unit')}
          placeholder={t('staff-office.all-units')}
          value={unit}
          onChange={setUnit}
        />
      </div>
      {unit !== null && <UnitPhone key={unit.id} unit={unit} />}
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-office.no-staff')}>{t('staff-office.no-staff-next')}</Empty>
          ) : (
            <>
              <ul className="cards">
                {rows.map((row) => (
                  <StaffCard key={row.id} member={row} />
                ))}
              </ul>
              {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('staff.show-more')}</Button>}
            </>
          )
        }
      </ReadState>
    </Page>
  )
}

interface AppointValues {
  readonly name: string
  readonly login: string
  readonly role: RoleName
  readonly unitId: Named
}

function Appoint({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  const [made, setMade] = useState<AnswerOf<'appointStaff'>>()
  if (made !== undefined) return <Invitation made={made} onClose={onClose} />
  return (
    <Section title={t('staff-office.appoint')}>
      <IntentForm<'appointStaff', AppointValues>
        route="appointStaff"
        toInput={({ unitId, ...body }) => ({ body: { ...body, unitId: unitId.id } })}
        onDone={async (answer) => {
          setMade(answer)
          await forgetRoutes('listStaff')
        }}
        onCancel={onClose}
        submit={t('staff-office.make-invitation')}
      >
        <div className="field-row">
          <Form.Item name="name" label={t('staff-order.name')} rules={required}>
            <Input maxLength={40} autoComplete="off" autoFocus />
          </Form.Item>
          <Form.Item name="login" label={t('staff.login')} extra={t('staff-office.login-help')} rules={required}>
            <Input maxLength={64} autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
        </div>
        <RoleAtUnit />
      </IntentForm>
    </Section>
  )
}

/** The link is shown this once; the server keeps only its fingerprint. */
function Invitation({ made, onClose }: { readonly made: AnswerOf<'appointStaff'>; readonly onClose: () => void }) {
  const { t } = useWords()
  const { moment } = useMoments()
  const notify = useNotify()
  return (
    <Section title={t('staff-office.invitation')} className="placed">
      <p>{t('staff-office.invitation-once', { moment: moment(made.expiresAt) })}</p>
      <Input
        readOnly
        value={made.invitationLink}
        aria-label={t('staff-office.invitation')}
        onFocus={(event) => event.target.select()}
      />
      <div className="form-buttons">
        <Button
          type="primary"
          onClick={() =>
            void navigator.clipboard.writeText(made.invitationLink).then(() => notify(t('staff-office.copied')))
          }
        >
          {t('staff-office.copy')}
        </Button>
        <Button onClick={onClose}>{t('staff-office.handed-over')}</Button>
      </div>
    </Section>
  )
}
