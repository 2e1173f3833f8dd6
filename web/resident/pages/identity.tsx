import { documentKinds } from '#contract/account.ts'
import type { IdentityProps } from '#contract/pages-account.ts'
import { Choice, ErrorSummary, Form, SelectField, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** Real name and document, given when something needs them. */
export function Identity({ form, identity, done }: IdentityProps) {
  const { t, word } = useFrame()
  const title = t('account.identity.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me', text: t('account.back') }}>
      {done !== null && (
        <p class="done" role="status">
          {t('account.saved')}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('account.identity.lead')}</p>
      {identity.documentKind !== null && (
        <dl class="facts">
          <div class="fact">
            <dt>{word(`people.document.${identity.documentKind}`, identity.documentKind)}</dt>
            <dd class="number-small">{identity.documentNumberMasked}</dd>
          </div>
          <div class="fact">
            <dt>{t('account.identity.birth-date')}</dt>
            <dd>{identity.birthDate}</dd>
          </div>
        </dl>
      )}
      <Fields form={form} />
    </Page>
  )
}

function Fields({ form }: Pick<IdentityProps, 'form'>) {
  const { t, word } = useFrame()
  return (
    <Form form={form} action="/me/identity">
      <TextField
        form={form}
        name="name"
        width="medium"
        label={t('account.identity.name')}
        more={{ autocomplete: 'name', maxLength: 40 }}
      />
      <SelectField
        form={form}
        name="documentKind"
        label={t('account.identity.kind')}
        options={documentKinds.map((kind) => ({ value: kind, text: word(`people.document.${kind}`, kind) }))}
      />
      <TextField
        form={form}
        name="documentNumber"
        width="medium"
        label={t('account.identity.number')}
        hint={t('account.identity.number-hint')}
        more={{ autocapitalize: 'characters', maxLength: 24 }}
      />
      <TextField
        form={form}
        name="birthDate"
        type="date"
        width="medium"
        optional
        label={t('account.identity.birth-date')}
        hint={t('account.identity.birth-date-hint')}
      />
      <Choice
        form={form}
        name="sex"
        label={t('account.identity.sex')}
        inline
        optional
        options={[
          { value: 'female', text: t('account.identity.female') },
          { value: 'male', text: t('account.identity.male') },
        ]}
      />
      <p>
        <button class="button button-primary">{t('account.save')}</button>
      </p>
    </Form>
  )
}
