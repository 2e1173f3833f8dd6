import { Button } from 'antd'
import { useState } from 'react'
import type { Me } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Choose, type Named, TeamPicker, UnitPicker } from '../../parts/pickers.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useIntent } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import type { AnswerOf } from '../../../shared/api-client.ts'

type Preview = AnswerOf<'previewImport'>
type Field = NonNullable<Preview['mapping'][number]>
const FIELDS = ['name', 'phone', 'id-number', 'skills', 'village', 'team', 'beijing-number', 'national-number'] as const

interface Chosen {
  readonly name: string
  readonly base64: string
}

/** A list in three steps: choose the file, say what stands in which column, invite. */
export function ImportScreen() {
  const { t } = useWords()
  const [unit, setUnit] = useState<Named | null>(ownUnit(useMe()))
  const [team, setTeam] = useState<Named | null>(null)
  const [file, setFile] = useState<Chosen | null>(null)
  const [seen, setSeen] = useState<Preview | null>(null)
  const preview = useIntent('previewImport', setSeen)
  const bring = useIntent('importVolunteers')
  const [done, setDone] = useState<AnswerOf<'importVolunteers'> | null>(null)
  const body = (given: Chosen, mapping: Preview['mapping'] | null) => ({
    unitId: unit?.id ?? '',
    teamId: team?.id ?? null,
    fileName: given.name,
    file: given.base64,
    mapping: mapping === null ? null : [...mapping],
    headerRow: seen?.row ?? null,
  })
  const open = async (picked: File) => {
    const given = await chosen(picked)
    setFile(given)
    show(given, null)
  }
  // For another unit or team the rows are checked anew, from the file that was chosen.
  const anew = () => {
    setSeen(null)
    setDone(null)
  }
  const change = (who: { readonly unit: Named | null; readonly team: Named | null }) => {
    setUnit(who.unit)
    setTeam(who.team)
    anew()
  }
  const show = (given: Chosen, mapping: Preview['mapping'] | null) => void preview.run({ body: body(given, mapping) })
  return (
    <Page title={t('staff-team.import')} lead={t('staff-team.import-lead')} width="reading">
      <Section title={t('staff-team.import-file')}>
        <Whose unit={unit} team={team} onChange={change} />
        <input
          type="file"
          accept=".xlsx,.csv,.txt"
          aria-label={t('staff-team.import-file')}
          onChange={(event) => {
            const picked = event.target.files?.[0]
            anew()
            if (picked !== undefined) void open(picked)
          }}
        />
        <ProblemAlert problem={preview.problem} />
        {file !== null && seen === null && (
          <Recheck name={file.name} pending={preview.pending} onCheck={() => show(file, null)} />
        )}
      </Section>
      {seen !== null && file !== null && done === null && (
        <>
          <Columns preview={seen} onChange={(mapping) => show(file, mapping)} />
          <Sample preview={seen} />
          <ProblemAlert problem={bring.problem} />
          <Invite
            preview={seen}
            pending={bring.pending}
            onInvite={() =>
              void bring.run({ body: body(file, seen.mapping) }).then((answer) => setDone(answer ?? null))
            }
          />
        </>
      )}
      {done !== null && <Done done={done} />}
    </Page>
  )
}

function ownUnit({ roles: [own] }: Me): Named | null {
  return own === undefined ? null : { id: own.unitId, name: own.unitName }
}

function Recheck(props: { readonly name: string; readonly pending: boolean; readonly onCheck: () => void }) {
  const { t } = useWords()
  return (
    <Button loading={props.pending} onClick={props.onCheck}>
      {t('staff-team.import-check', { file: props.name })}
    </Button>
  )
}

interface WhoseProps {
  readonly unit: Named | null
  readonly team: Named | null
  readonly onChange: (who: { readonly unit: Named | null; readonly team: Named | null }) => void
}

/** Whose list it is, and the team for people whose row names none. */
function Whose({ unit, team, onChange }: WhoseProps) {
  const { t } = useWords()
  return (
    <>
      <div className="field-row">
        <div className="labelled">
          <span>{t('staff-team.import-unit')}</span>
          <UnitPicker
            label={t('staff-team.import-unit')}
            value={unit}
            onChange={(chosen) => onChange({ unit: chosen, team })}
          />
        </div>
        <div className="labelled">
          <span>{t('staff-team.import-team')}</span>
          <TeamPicker
            label={t('staff-team.import-team')}
            value={team}
            onChange={(chosen) => onChange({ unit, team: chosen })}
          />
        </div>
      </div>
      <p className="sheet-lead">{t('staff-team.import-team-help')}</p>
      <p className="sheet-lead">{t('staff-team.import-file-help')}</p>
    </>
  )
}

function Columns(props: { readonly preview: Preview; readonly onChange: (mapping: Preview['mapping']) => void }) {
  const { t, named } = useWords()
  const { columns, mapping } = props.preview
  return (
    <Section title={t('staff-team.columns')}>
      <DataTable
        caption={t('staff-team.columns')}
        rows={columns.map((name, at) => ({ name, at }))}
        rowKey={({ at }) => String(at)}
        columns={[
          {
            key: 'name',
            title: t('staff-team.column'),
            className: 'cell-title',
            cell: ({ name, at }) => (name === '' ? t('staff-team.column-unnamed', { number: at + 1 }) : name),
          },
          {
            key: 'field',
            title: t('staff-team.holds'),
            cell: ({ at, name }) => (
              <Choose
                label={t('staff-team.holds-of', { column: name })}
                value={mapping[at] ?? ''}
                empty={t('staff-team.not-used')}
                options={FIELDS.map((field) => ({ value: field, text: named('teams.import-field', field) }))}
                onChange={(field) =>
                  props.onChange(mapping.map((one, index) => (index === at ? ((field || null) as Field | null) : one)))
                }
              />
            ),
          },
        ]}
      />
    </Section>
  )
}

function Sample({ preview }: { readonly preview: Preview }) {
  const { t, named } = useWords()
  return (
    <Section title={t('staff-team.found-rows', { total: preview.rowsTotal, faulty: preview.rowsFaulty })}>
      {preview.faults.length > 0 && (
        <ul className="import-faults">
          {preview.faults.map(({ fault, count }) => (
            <li key={fault}>{t('staff-team.fault-count', { fault: named('staff-team.fault', fault), count })}</li>
          ))}
        </ul>
      )}
      <DataTable
        caption={t('staff-team.sample')}
        rows={preview.sample}
        rowKey={({ line }) => String(line)}
        columns={[
          { key: 'line', title: t('staff-team.line'), cell: ({ line }) => line },
          { key: 'cells', title: t('staff-team.sample'), cell: ({ cells }) => cells.filter(Boolean).join(' · ') },
          {
            key: 'faults',
            title: t('staff-team.faults'),
            cell: ({ faults }) => faults.map((fault) => named('staff-team.fault', fault)).join(' · ') || '–',
          },
        ]}
      />
    </Section>
  )
}

interface InviteProps {
  readonly preview: Preview
  readonly pending: boolean
  readonly onInvite: () => void
}

function Invite({ preview: { rowsTotal, rowsFaulty }, pending, onInvite }: InviteProps) {
  const { t } = useWords()
  return (
    <div className="form-buttons">
      <Button type="primary" loading={pending} disabled={rowsFaulty === rowsTotal} onClick={onInvite}>
        {t('staff-team.invite', { count: rowsTotal - rowsFaulty })}
      </Button>
    </div>
  )
}

function Done({ done }: { readonly done: AnswerOf<'importVolunteers'> }) {
  const { t } = useWords()
  const { faultyFile } = done
  return (
    <Section title={t('staff-team.invited', { count: done.rowsTaken })}>
      <p>{t('staff-team.invited-text')}</p>
      {faultyFile !== null && (
        <p>
          <a
            className="button button-primary"
            download={faultyFile.name}
            href={`data:${faultyFile.mediaType};base64,${faultyFile.base64}`}
          >
            {t('staff-team.faulty-file', { count: done.rowsTotal - done.rowsTaken })}
          </a>
        </p>
      )}
    </Section>
  )
}

function chosen(file: File): Promise<Chosen> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('error', () => reject(new Error('The file could not be read.')))
    reader.addEventListener('load', () => {
      const text = reader.result
      resolve({
        name: file.name.slice(0, 120),
        base64: typeof text === 'string' ? text.slice(text.indexOf(',') + 1) : '',
      })
    })
    reader.readAsDataURL(file)
  })
}
