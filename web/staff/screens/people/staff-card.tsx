import { Button } from 'antd'
import { useState } from 'react'
import type { RoleName } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import type { Named } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { type RowOf, useForget, useIntent } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { RoleAtUnit } from './role-at-unit.tsx'

type Member = RowOf<'listStaff'>

export function StaffCard({ member }: { readonly member: Member }) {
  const { t } = useWords()
  const [granting, setGranting] = useState(false)
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>{member.name ?? member.login}</h2>
          <p className="cell-sub">
            {member.login}
            {member.pending && ` · ${t('staff-office.pending')}`}
            {member.disabled && <strong> · {t('staff-office.disabled')}</strong>}
          </p>
        </div>
        {!member.disabled && (
          <div className="form-buttons">
            {!granting && (
              <Button onClick={() => setGranting(true)}>
                {t('staff-office.grant')}
                <span className="visually-hidden"> {member.login}</span>
              </Button>
            )}
            <Disable member={member} />
          </div>
        )}
      </div>
      <ul className="picked">
        {member.roles.map((grant) => (
          <Grant key={grant.grantId} grant={grant} login={member.login} />
        ))}
        {member.roles.length === 0 && <li>{t('staff-office.no-roles')}</li>}
      </ul>
      {granting && <GrantForm member={member} onClose={() => setGranting(false)} />}
    </li>
  )
}

function Grant({ grant, login }: { readonly grant: Member['roles'][number]; readonly login: string }) {
  const { t, named } = useWords()
  const forgetRoutes = useForget()
  const [sure, setSure] = useState(false)
  const end = useIntent('endGrant', () => forgetRoutes('listStaff'))
  return (
    <li>
      <span>
        {named('people.role', grant.role)} · {grant.unitName}
      </span>
      <Button
        size="small"
        danger={sure}
        loading={end.pending}
        onClick={() => (sure ? void end.run({ params: { id: grant.grantId } }) : setSure(true))}
      >
        {sure ? t('staff-office.end-grant-sure') : t('staff-office.end-grant')}
        <span className="visually-hidden"> {login}</span>
      </Button>
      <ProblemAlert problem={end.problem} />
    </li>
  )
}

interface GrantValues {
  readonly role: RoleName
  readonly unitId: Named
}

function GrantForm({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  return (
    <IntentForm<'grantRole', GrantValues>
      route="grantRole"
      toInput={({ role, unitId }) => ({ params: { id: member.id }, body: { role, unitId: unitId.id } })}
      onDone={async () => {
        notify(t('staff-office.granted'))
        onClose()
        await forgetRoutes('listStaff')
      }}
      onCancel={onClose}
      submit={t('staff-office.grant')}
    >
      <RoleAtUnit />
    </IntentForm>
  )
}

function Disable({ member }: { readonly member: Member }) {
  const { t } = useWords()
  const me = useMe()
  const forgetRoutes = useForget()
  const [sure, setSure] = useState(false)
  const disable = useIntent('disableStaff', () => forgetRoutes('listStaff'))
  if (member.id === me.id) return null
  return (
    <>
      <Button
        danger={sure}
        loading={disable.pending}
        onClick={() => (sure ? void disable.run({ params: { id: member.id } }) : setSure(true))}
      >
        {sure ? t('staff-office.disable-sure') : t('staff-office.disable')}
        <span className="visually-hidden"> {member.login}</span>
      </Button>
      <ProblemAlert problem={disable.problem} />
    </>
  )
}
