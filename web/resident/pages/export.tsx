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
                          <Cell value={row[field] ?? null} />
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

function Cell({ value }: { readonly value: string | number | boolean | null }) {
  const { t, moment } = useFrame()
  if (value === null || value === '') return <>–</>
  if (typeof value === 'boolean') return <>{t(value ? 'account.export.yes' : 'account.export.no')}</>
  return <>{typeof value === 'string' && INSTANT.test(value) ? moment(value) : value}</>
}
