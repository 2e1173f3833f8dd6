import { Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Facts, Page, Section } from '../../parts/page.tsx'
import { nameIn } from '../../parts/pickers.tsx'
import { ProviderCalendar } from '../../parts/provider-calendar.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { EditTeam } from './edit-team.tsx'
import { Licences } from './licences.tsx'

/** One team: what it is, who is in it, when it can come, what stands below it. */
export function TeamScreen() {
  const { t, locale, named } = useWords()
  const { date } = useMoments()
  const { id } = useParams<{ id: string }>()
  const [isEditing, setEditing] = useState(false)
  const read = useRead('readTeam', { params: { id } })
  const desk = useRead('readTeamDesk', { params: { id } })
  return (
    <ReadState read={read}>
      {(team) => (
        <Page
          title={nameIn(locale, team)}
          lead={`${named('teams.tier', team.tier)} · ${team.unitName}`}
          actions={
            desk.data !== undefined &&
            team.endedOn === null &&
            !isEditing && <Button onClick={() => setEditing(true)}>{t('staff-team.edit')}</Button>
          }
        >
          {isEditing && (
            <EditTeam team={team} isStaff={desk.data?.isStaff === true} onClose={() => setEditing(false)} />
          )}
          <Section title={t('staff-team.about')}>
            <Facts
              facts={[
                { term: t('staff-team.members'), value: team.members },
                { term: t('staff-team.founded-on'), value: team.foundedOn === null ? null : date(team.foundedOn) },
                { term: t('staff-team.ended-on'), value: team.endedOn === null ? null : date(team.endedOn) },
                { term: t('staff-team.joining'), value: named('teams.join-mode', team.joinMode) },
                {
                  term: t('staff-team.registration'),
                  value: team.registrationType === null ? null : named('teams.registration', team.registrationType),
                },
                { term: t('staff-team.credit-code'), value: team.socialCreditCode },
                { term: t('staff-team.visits-a-week'), value: team.visitsPerWeekMax },
                {
                  term: t('staff-team.insured-until'),
                  value: team.insuredUntil === null ? null : date(team.insuredUntil),
                },
                {
                  term: t('staff-team.above'),
                  value: team.parentId === null ? null : <TeamLink id={team.parentId} />,
                },
              ]}
            />
          </Section>
          {desk.data !== undefined && <Members id={id} />}
          <Licences id={id} mayEdit={desk.data?.isStaff === true} />
          {desk.data !== undefined && <ProviderCalendar kind="team" id={id} />}
          <Below id={id} />
          {desk.data?.isStaff === true && team.endedOn === null && <End id={id} />}
        </Page>
      )}
    </ReadState>
  )
}

/** A team by its name; until it has come, by what it is to this one. */
function TeamLink({ id }: { readonly id: string }) {
  const { t, locale } = useWords()
  const read = useRead('readTeam', { params: { id } })
  return (
    <Link href={`/teams/${id}`}>{read.data === undefined ? t('staff-team.to-above') : nameIn(locale, read.data)}</Link>
  )
}

function End({ id }: { readonly id: string }) {
  const { t } = useWords()
  const forget = useForget()
  const [isAsking, setAsking] = useState(false)
  return (
    <Section title={t('staff-team.end')}>
      {isAsking ? (
        <ReasonForm<'endTeam'>
          route="endTeam"
          danger
          help={t('staff-team.end-help')}
          submit={t('staff-team.end')}
          toInput={({ reason }) => ({ params: { id }, body: { reason } })}
          onDone={() => forget('readTeam', 'readTeamDesk', 'listTeams')}
          onCancel={() => setAsking(false)}
        />
      ) : (
        <>
          <p className="sheet-lead">{t('staff-team.end-help')}</p>
          <Button danger onClick={() => setAsking(true)}>
            {t('staff-team.end-begin')}
          </Button>
        </>
      )}
    </Section>
  )
}

function Members({ id }: { readonly id: string }) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const read = useRead('readTeamDesk', { params: { id } })
  return (
    <Section title={t('staff-team.members')}>
      <ReadState read={read} lines={3}>
        {({ members }) => (
          <DataTable
            caption={t('staff-team.members')}
            rows={members}
            rowKey={({ personId }) => personId}
            columns={[
              { key: 'name', title: t('staff-team.name'), className: 'cell-title', cell: (row) => row.name ?? '–' },
              { key: 'role', title: t('staff-team.role'), cell: (row) => named('teams.role', row.role) },
              { key: 'joined', title: t('staff-team.joined'), cell: (row) => moment(row.joinedAt) },
            ]}
          />
        )}
      </ReadState>
    </Section>
  )
}

function Below({ id }: { readonly id: string }) {
  const { t, locale } = useWords()
  const read = useRead('listTeams', { query: { parentId: id, limit: '100' } })
  if (read.data === undefined || read.data.rows.length === 0) return null
  return (
    <Section title={t('staff-team.below')}>
      <DataTable
        caption={t('staff-team.below')}
        rows={read.data.rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'name',
            title: t('staff-team.name'),
            className: 'cell-title',
            cell: (row) => <Link href={`/teams/${row.id}`}>{nameIn(locale, row)}</Link>,
          },
          { key: 'members', title: t('staff-team.members'), cell: (row) => row.members },
        ]}
      />
    </Section>
  )
}
