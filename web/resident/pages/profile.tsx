import { dayParts, type MyVolunteer, type ProfileProps } from '#contract/pages-account.ts'
import { politicalCodes } from '#contract/volunteers.ts'
import { Choice, ErrorSummary, Form, SelectField, TextArea, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const

/** What a volunteer tells of himself or herself; only skills and times help to find work that fits. */
export function Profile(props: ProfileProps) {
  const { t } = useFrame()
  const { form, licenceForm, volunteer } = props
  const title = t('account.profile.title')
  const faulty = form.errors.length > 0 || licenceForm.errors.length > 0
  return (
    <Page title={title} faulty={faulty} back={{ href: '/me', text: t('account.back') }}>
      {props.done !== null && (
        <p class="done" role="status">
          {t('account.saved')}
        </p>
      )}
      <ErrorSummary form={form} />
      <ErrorSummary form={licenceForm} />
      <h1>{title}</h1>
      <p class="lead">{t(volunteer.isVolunteer ? 'account.profile.lead' : 'account.profile.lead-new')}</p>
      <Form form={form} action="/me/profile">
        <WhatAndWhen {...props} />
        <Numbers {...props} />
        <Emergency {...props} />
        {!volunteer.isVolunteer && (
          <Choice
            form={form}
            name="consent"
            label={t('account.profile.consent')}
            many
            options={[{ value: 'yes', text: t('account.profile.consent-text') }]}
          />
        )}
        <p>
          <button class="button button-primary button-large">
            {t(volunteer.isVolunteer ? 'account.save' : 'account.profile.register')}
          </button>
        </p>
      </Form>
      {volunteer.isVolunteer && <Licences volunteer={volunteer} licenceForm={licenceForm} />}
    </Page>
  )
}

function WhatAndWhen({ form, categories }: ProfileProps) {
  const { t, locale } = useFrame()
  return (
    <>
      <TextArea
        form={form}
        name="skills"
        rows={3}
        optional
        label={t('account.profile.skills')}
        hint={t('account.profile.skills-hint')}
      />
      <Choice
        form={form}
        name="serviceKinds"
        many
        optional
        label={t('account.profile.kinds')}
        options={categories.map((one) => ({ value: one.slug, text: locale === 'en' ? one.nameEn : one.name }))}
      />
      <Choice
        form={form}
        name="freeTimes"
        many
        inline
        optional
        label={t('account.profile.free')}
        hint={t('account.profile.free-hint')}
        options={WEEKDAYS.flatMap((weekday) =>
          dayParts.map((part) => ({
            value: `${weekday}-${part}`,
            text: `${t(`account.weekday.${weekday}`)} ${t(`account.part.${part}`)}`,
          })),
        )}
      />
      <TextArea
        form={form}
        name="languages"
        rows={2}
        optional
        label={t('account.profile.languages')}
        hint={t('account.profile.languages-hint')}
      />
    </>
  )
}

function Numbers({ form }: ProfileProps) {
  const { t } = useFrame()
  return (
    <>
      <h2>{t('account.profile.numbers')}</h2>
      <p>{t('account.profile.numbers-text')}</p>
      <TextField
        form={form}
        name="beijingNumber"
        width="medium"
        optional
        label={t('account.profile.beijing-number')}
        more={{ maxLength: 32 }}
      />
      <TextField
        form={form}
        name="nationalNumber"
        width="medium"
        optional
        label={t('account.profile.national-number')}
        more={{ maxLength: 32 }}
      />
      <h2>{t('account.profile.own-wish')}</h2>
      <p>{t('account.profile.own-wish-text')}</p>
      <SelectField
        form={form}
        name="politicalCode"
        optional
        label={t('account.profile.political')}
        empty={t('account.profile.not-told')}
        options={politicalCodes.map((code) => ({ value: code, text: t(`account.political.${code}`) }))}
      />
      <TextField
        form={form}
        name="occupation"
        width="medium"
        optional
        label={t('account.profile.occupation')}
        more={{ maxLength: 40 }}
      />
    </>
  )
}

function Emergency({ form, volunteer }: ProfileProps) {
  const { t } = useFrame()
  const { emergency } = volunteer
  const hint =
    emergency === null
      ? t('account.profile.emergency-phone-hint')
      : t('account.profile.emergency-phone-kept', { phone: emergency.phoneMasked })
  return (
    <>
      <h2>{t('account.profile.emergency')}</h2>
      <p>{t('account.profile.emergency-text')}</p>
      <TextField
        form={form}
        name="emergencyName"
        width="medium"
        optional
        label={t('account.profile.emergency-name')}
        more={{ maxLength: 40 }}
      />
      <TextField
        form={form}
        name="emergencyRelation"
        width="short"
        optional
        label={t('account.profile.emergency-relation')}
        more={{ maxLength: 20 }}
      />
      <TextField
        form={form}
        name="emergencyPhone"
        type="tel"
        width="medium"
        optional
        label={t('account.profile.emergency-phone')}
        hint={hint}
        more={{ maxLength: 24 }}
      />
    </>
  )
}

function Licences({
  volunteer,
  licenceForm,
}: {
  readonly volunteer: MyVolunteer
  readonly licenceForm: ProfileProps['licenceForm']
}) {
  const { t } = useFrame()
  return (
    <section id="licences">
      <h2>{t('account.licence.title')}</h2>
      <p>{t('account.licence.text')}</p>
      {volunteer.licences.length === 0 ? (
        <p class="panel">{t('account.licence.none')}</p>
      ) : (
        <ul class="rows">
          {volunteer.licences.map((one) => (
            <li key={one.id} class="row">
              <h3 class="card-title">{one.kind}</h3>
              <p class="row-state">
                {one.validUntil === null
                  ? t('account.licence.endless')
                  : t(one.isExpired ? 'account.licence.expired' : 'account.licence.valid', { date: one.validUntil })}
              </p>
              <p class="card-note">
                {t('account.licence.proof', { issuer: one.issuer, number: one.proofNumberMasked })}
              </p>
              <Form form={licenceForm} action={`/me/licences/${one.id}/remove`}>
                <button class="button button-quiet">{t('account.licence.remove', { kind: one.kind })}</button>
              </Form>
            </li>
          ))}
        </ul>
      )}
      <LicenceForm form={licenceForm} />
    </section>
  )
}

function LicenceForm({ form }: { readonly form: ProfileProps['licenceForm'] }) {
  const { t } = useFrame()
  return (
    <>
      <h3>{t('account.licence.add')}</h3>
      <Form form={form} action="/me/licences">
        <TextField
          form={form}
          name="kind"
          width="medium"
          label={t('account.licence.kind')}
          hint={t('account.licence.kind-hint')}
          more={{ maxLength: 40 }}
        />
        <TextField
          form={form}
          name="issuer"
          width="medium"
          label={t('account.licence.issuer')}
          more={{ maxLength: 60 }}
        />
        <TextField
          form={form}
          name="proofNumber"
          width="medium"
          label={t('account.licence.number')}
          more={{ maxLength: 40 }}
        />
        <TextField
          form={form}
          name="validUntil"
          type="date"
          width="medium"
          optional
          label={t('account.licence.until')}
          hint={t('account.licence.until-hint')}
        />
        <p>
          <button class="button button-primary">{t('account.licence.add-button')}</button>
        </p>
      </Form>
    </>
  )
}
