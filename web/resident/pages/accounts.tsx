import type { AccountsProps } from '#contract/pages-account.ts'
import { ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** Somebody who registered twice joins the accounts, and can take it back for a while. */
export function Accounts({ form, merges, phone, done }: AccountsProps) {
  const { t } = useFrame()
  const title = t('account.accounts.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me', text: t('account.back') }}>
      {done !== null && (
        <p class="done" role="status">
          {t(`account.accounts.done-${done}`)}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('account.accounts.lead')}</p>
      <ul>
        {(['follows', 'history', 'undo'] as const).map((name) => (
          <li key={name}>{t(`account.accounts.${name}`)}</li>
        ))}
      </ul>
      {phone === null ? (
        <Form form={form} action="/me/accounts">
          <TextField
            form={form}
            name="phone"
            type="tel"
            width="medium"
            label={t('account.accounts.phone')}
            more={{ maxLength: 24 }}
          />
          <p>
            <button class="button button-primary">{t('resident.login.send')}</button>
          </p>
        </Form>
      ) : (
        <Form form={form} action="/me/accounts/merge">
          <input type="hidden" name="phone" value={phone} />
          <p>{t('resident.login-code.lead', { phone })}</p>
          <TextField
            form={form}
            name="code"
            width="short"
            label={t('resident.login-code.code')}
            more={{ inputMode: 'numeric', pattern: '[0-9]*', autocomplete: 'one-time-code', maxLength: 8 }}
          />
          <p>
            <button class="button button-primary">{t('account.accounts.merge')}</button>
          </p>
        </Form>
      )}
      <Merged merges={merges} form={form} />
    </Page>
  )
}

function Merged({ merges, form }: Pick<AccountsProps, 'merges' | 'form'>) {
  const { t, moment, day } = useFrame()
  if (merges.length === 0) return null
  return (
    <section>
      <h2>{t('account.accounts.merged')}</h2>
      <ul class="rows">
        {merges.map((one) => (
          <li key={one.id} class="row">
            <h3 class="card-title">{moment(one.proposedAt)}</h3>
            <p class="row-state">
              {one.state === 'undone'
                ? t('account.accounts.undone')
                : t('account.accounts.until', { day: day(one.undoUntil ?? one.proposedAt) })}
            </p>
            {one.mayUndo && (
              <Form form={{ ...form, errors: [] }} action={`/me/accounts/${one.id}/undo`}>
                <p>
                  <button class="button button-quiet">{t('account.accounts.undo-button')}</button>
                </p>
              </Form>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
