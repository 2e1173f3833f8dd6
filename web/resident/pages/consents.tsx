import type { ConsentsProps, MyConsents } from '#contract/pages-account.ts'
import { ErrorSummary, Form } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** Each purpose with its wording and what holds now; below it everything that was ever given or withdrawn. */
export function Consents({ form, rows, current, done }: ConsentsProps) {
  const { t } = useFrame()
  const title = t('account.consents.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me', text: t('account.back') }}>
      {done !== null && (
        <p class="done" role="status">
          {t('account.saved')}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('account.consents.lead')}</p>
      <ul class="rows">
        {current.map((one) => (
          <Purpose
            key={one.purpose}
            {...one}
            form={form}
            open={rows.find((row) => row.purpose === one.purpose && row.withdrawnAt === null)}
          />
        ))}
      </ul>
      <History rows={rows} />
    </Page>
  )
}

interface PurposeProps {
  readonly purpose: string
  readonly wordingVersion: string
  readonly open: MyConsents['rows'][number] | undefined
  readonly form: ConsentsProps['form']
}

function Purpose({ purpose, wordingVersion, open, form }: PurposeProps) {
  const { t, word, moment } = useFrame()
  const name = word(`people.consent.${purpose}`, purpose)
  return (
    <li class="row">
      <h2 class="card-title">{name}</h2>
      <p>{word(`people.wording.${purpose}.${wordingVersion}`, purpose)}</p>
      <p class="row-state">
        {open === undefined ? t('account.consents.no') : t('account.consents.since', { at: moment(open.givenAt) })}
      </p>
      <Form form={form} action={`/me/consents/${open === undefined ? 'give' : 'withdraw'}`}>
        <input type="hidden" name="purpose" value={purpose} />
        <input type="hidden" name="wordingVersion" value={wordingVersion} />
        <p>
          {open === undefined ? (
            <button class="button button-primary" aria-label={t('account.consents.give-named', { name })}>
              {t('account.consents.give')}
            </button>
          ) : (
            <button class="button button-quiet" aria-label={t('account.consents.withdraw-named', { name })}>
              {t('account.consents.withdraw')}
            </button>
          )}
        </p>
      </Form>
    </li>
  )
}

function History({ rows }: Pick<ConsentsProps, 'rows'>) {
  const { t, word, moment } = useFrame()
  return (
    <section>
      <h2>{t('account.consents.history')}</h2>
      {rows.length === 0 ? (
        <p class="panel">{t('account.consents.history-none')}</p>
      ) : (
        <ul class="entries">
          {rows.map((row) => (
            <li key={row.id}>
              <span>{word(`people.consent.${row.purpose}`, row.purpose)}</span>
              <span class="card-note">
                {t(row.byGuardian ? 'account.consents.given-by-guardian' : 'account.consents.given', {
                  at: moment(row.givenAt),
                })}
                {row.withdrawnAt !== null && ` · ${t('account.consents.withdrawn', { at: moment(row.withdrawnAt) })}`}
                {` · ${t('account.consents.version', { version: row.wordingVersion })}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
