import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { nameIn, useCategories } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useIntent, usePages, useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'

/** The team desk: what waits for an answer, where teams are missing, and all teams of the district. */
export function TeamsScreen() {
  const { t, locale, named } = useWords()
  const me = useMe()
  const [q, setQ] = useState('')
  const list = usePages('listTeams', { query: { q: q === '' ? undefined : q } }, { keep: true })
  return (
    <Page
      title={t('staff.menu.teams')}
      lead={t('staff-team.lead')}
      actions={
        may(me, 'teams.import') && (
          <Link href="/team-import" className="button">
            {t('staff-team.import')}
          </Link>
        )
      }
    >
      <Matters />
      <Coverage />
      <Section title={t('staff-team.all')}>
        <Input
          allowClear
          aria-label={t('staff-team.search')}
          placeholder={t('staff-team.search')}
          maxLength={40}
          onChange={(event) => setQ(event.target.value.trim())}
        />
        <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={t('staff-team.none')}>{t('staff-team.none-next')}</Empty>
            ) : (
              <DataTable
                caption={t('staff-team.all')}
                rows={rows}
                rowKey={({ id }) => id}
                more={list}
                columns={[
                  {
                    key: 'name',
                    title: t('staff-team.name'),
                    className: 'cell-title',
                    cell: (row) => (
                      <>
                        <Link href={`/teams/${row.id}`} className="row-link">
                          {nameIn(locale, row)}
                        </Link>
                        <span className="cell-sub">{row.unitName}</span>
                      </>
                    ),
                  },
                  { key: 'tier', title: t('staff-team.tier'), cell: (row) => named('teams.tier', row.tier) },
                  { key: 'members', title: t('staff-team.members'), cell: (row) => row.members },
                ]}
              />
            )
          }
        </ReadState>
      </Section>
    </Page>
  )
}

/** Applications where nobody leads or a leader let the time pass, and requests to found a team. */
function Matters() {
  const { t } = useWords()
  const { moment } = useMoments()
  const read = useRead('listTeamMatters', {})
  const forget = useForget()
  const done = async () => forget('listTeamMatters', 'listTeams', 'readTeamCoverage', 'listTeamCoverage')
  const answer = useIntent('answerApplication', done)
  const found = useIntent('answerFounding', done)
  const rows = [
    ...(read.data?.foundings ?? []).map((one) => ({ ...one, kind: 'founding' as const, text: one.purpose })),
    ...(read.data?.applications ?? []).map((one) => ({
      ...one,
      kind: 'application' as const,
      name: one.teamName,
      text: one.message,
    })),
  ]
  if (rows.length === 0) return null
  const decide = (row: (typeof rows)[number], yes: boolean, text: string) =>
    row.kind === 'founding'
      ? void found.run({ params: { id: row.id }, body: { approve: yes, answer: text } })
      : void answer.run({ params: { id: row.id }, body: { accept: yes, answer: text } })
  return (
    <Section title={t('staff-team.matters')}>
      <ProblemAlert problem={answer.problem ?? found.problem} />
      <DataTable
        caption={t('staff-team.matters')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'what',
            title: t('staff-team.asks'),
            className: 'cell-title',
            cell: (row) => (
              <>
                {t(row.kind === 'founding' ? 'staff-team.asks-found' : 'staff-team.asks-join', { team: row.name })}
                <span className="cell-sub">
                  {row.personName || t('staff-order.no-name')}: {row.text}
                </span>
              </>
            ),
          },
          { key: 'due', title: t('staff-team.due'), cell: (row) => (row.dueAt === null ? '–' : moment(row.dueAt)) },
          {
            key: 'answer',
            title: t('staff-team.answer'),
            cell: (row) => <Decide onDecide={(yes, text) => decide(row, yes, text)} />,
          },
        ]}
      />
    </Section>
  )
}

function Decide({ onDecide }: { readonly onDecide: (yes: boolean, text: string) => void }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  return (
    <div className="form-buttons">
      <Input
        aria-label={t('staff-team.answer-text')}
        placeholder={t('staff-team.answer-text')}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="primary" onClick={() => onDecide(true, text)}>
        {t('staff-team.yes')}
      </Button>
      <Button onClick={() => onDecide(false, text)}>{t('staff-team.no')}</Button>
    </div>
  )
}

interface Opened {
  readonly figure: 'station-without-team' | 'category-gap' | 'team-without-leader' | 'licence-ending'
  readonly category: string | null
}

/** Each number says what it counts and opens to it (promise 7). */
function Coverage() {
  const { t, locale, named } = useWords()
  const me = useMe()
  const categories = useCategories()
  const unitId = me.roles[0]?.unitId
  const read = useRead('readTeamCoverage', { query: { unitId: unitId ?? '' } }, { enabled: unitId !== undefined })
  const [opened, setOpened] = useState<Opened | null>(null)
  if (unitId === undefined) return null
  const categoryName = (slug: string) => {
    const found = categories.data?.rows.find((one) => one.slug === slug)
    return found === undefined ? slug : nameIn(locale, found)
  }
  return (
    <Section title={t('staff-team.coverage')}>
      <ReadState read={read} lines={4}>
        {({ counts }) => (
          <ul className="coverage">
            {[...new Set(counts.map((row) => row.figure))].map((figure) => (
              <li key={figure}>
                <h3>{named('teams.coverage', figure)}</h3>
                <p className="cell-sub">{named('teams.coverage-definition', figure)}</p>
                <div className="coverage-counts">
                  {counts
                    .filter((row) => row.figure === figure)
                    .map(({ categorySlug, value, total }) => (
                      <Button
                        key={categorySlug ?? ''}
                        aria-pressed={opened?.figure === figure && opened.category === categorySlug}
                        onClick={() => setOpened({ figure, category: categorySlug })}
                      >
                        {categorySlug !== null && `${categoryName(categorySlug)} `}
                        <strong>{t('staff-team.of', { value, total })}</strong>
                      </Button>
                    ))}
                </div>
              </li>
            ))}
          </ul>
        )}
      </ReadState>
      {opened !== null && <CoverageList unitId={unitId} {...opened} />}
    </Section>
  )
}

function CoverageList({ unitId, figure, category }: Opened & { readonly unitId: string }) {
  const { t, named } = useWords()
  const read = useRead('listTeamCoverage', {
    params: { figure },
    query: { unitId, category: category ?? undefined },
  })
  return (
    <ReadState read={read} lines={3}>
      {({ rows }) => (
        <DataTable
          caption={named('teams.coverage', figure)}
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              title: named('teams.coverage', figure),
              className: 'cell-title',
              cell: (row) => (row.kind === 'team' ? <Link href={`/teams/${row.id}`}>{row.name}</Link> : row.name),
            },
            { key: 'above', title: t('staff-team.above'), cell: (row) => row.aboveName ?? '–' },
          ]}
        />
      )}
    </ReadState>
  )
}
