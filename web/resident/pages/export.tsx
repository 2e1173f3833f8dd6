import type { Export } from '#contract/pages-account.ts'
import { Page, useFrame } from '../frame.tsx'

/** Everything held about the reader, to read here or to take along. */
export function ExportPage({ sections }: Export) {
  const { t, word } = useFrame()
  const title = t('account.export.title')
  const filled = sections.filter((section) => section.rows.length > 0)
  return (
    <Page title={title} wide back={{ href: '/me', text: t('account.back') }}>
      <h1>{title}</h1>
      <p class="lead">{t('account.export.lead')}</p>
      <p class="buttons">
        <a class="button" href="/me/export.csv" download>
          {t('account.export.csv')}
        </a>
        <a class="button button-quiet" href="/me/export.json" download>
          {t('account.export.json')}
        </a>
      </p>
      {filled.map(({ name, rows }) => {
        const heading = word(`account.section.${name}`, name)
        const fields = Object.keys(rows[0] ?? {})
        return (
          <section key={name}>
            <h2>{heading}</h2>
            <div class="table-scroll" role="region" aria-label={heading} tabIndex={0}>
              <table class="paper-table">
                <thead>
                  <tr>
                    {fields.map((field) => (
                      <th key={field} scope="col">
                        {word(`account.field.${field}`, field)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row, index) => (
                    <tr key={index}>
                      {fields.map((field) => (
                        <td key={field}>
                          <Cell section={name} field={field} value={row[field] ?? null} />
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        )
      })}
    </Page>
  )
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/u

/** Where the words for a field's codes stand. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  purpose: ['people.consent', 'people.purpose'],
  documentKind: ['people.document'],
  state: ['orders.state', 'volunteer.state', 'account.link-state'],
  role: ['teams.role'],
  reason: ['points.reason'],
  kind: ['account.family'],
  idType: ['records.id-type'],
  checkInMethod: ['hours.method'],
  checkOutMethod: ['hours.method'],
  outcome: ['hours.outcome'],
}

/** Where a section has words of its own for a field's codes, which elsewhere mean something else. */
const WORDS_OF_SECTION: Readonly<Record<string, string>> = {
  'hours.state': 'hours.state',
  'hours.kind': 'hours.class',
  'certificates.state': 'records.state',
  'attendances.kind': 'account.export.attended',
  'licences.kind': 'catalogue.licence',
}

interface CellProps {
  readonly section: string
  readonly field: string
  readonly value: string | number | boolean | null
}

function Cell({ section, field, value }: CellProps) {
  const { t, moment, word } = useFrame()
  if (value === null || value === '') return <>–</>
  if (typeof value === 'boolean') return <>{t(value ? 'account.export.yes' : 'account.export.no')}</>
  if (typeof value === 'string' && INSTANT.test(value)) return <>{moment(value)}</>
  const own = WORDS_OF_SECTION[`${section}.${field}`]
  const places = own === undefined ? (WORDS[field] ?? []) : [own]
  const named = places.map((words) => word(`${words}.${value}`, '')).find((text) => text !== '')
  return <>{named ?? value}</>
}
