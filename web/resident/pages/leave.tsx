import type { LeaveProps, RegisteredProps } from '#contract/pages-account.ts'
import { ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

const CODE = { inputMode: 'numeric', pattern: '[0-9]*', autocomplete: 'one-time-code', maxLength: 8 } as const

/** Public: everybody may ask whether somebody registered him or her, and go at once. */
export function Registered(props: RegisteredProps) {
  const { t } = useFrame()
  const title = t('account.registered.title')
  const isFaulty = props.step !== 'left' && props.form.errors.length > 0
  return (
    <Page title={title} faulty={isFaulty} back={{ href: '/', text: t('resident.services.back') }}>
      {props.step !== 'left' && <ErrorSummary form={props.form} />}
      <h1>{title}</h1>
      <RegisteredStep {...props} />
    </Page>
  )
}

function RegisteredStep(props: RegisteredProps) {
  const { t } = useFrame()
  if (props.step === 'answer') return <Answer {...props} />
  if (props.step === 'left') {
    return (
      <>
        <p class="done" role="status">
          {t('account.leave.left')}
        </p>
        <p>{t('account.leave.left-text')}</p>
      </>
    )
  }
  if (props.step === 'code') {
    return (
      <>
        <p class="lead">{t('resident.login-code.lead', { phone: props.phone })}</p>
        <Form form={props.form} action="/registered/answer">
          <input type="hidden" name="phone" value={props.phone} />
          <TextField form={props.form} name="code" width="short" label={t('resident.login-code.code')} more={CODE} />
          <p>
            <button class="button button-primary button-large">{t('account.registered.ask')}</button>
          </p>
        </Form>
      </>
    )
  }
  return (
    <>
      <p class="lead">{t('account.registered.lead')}</p>
      <Form form={props.form} action="/registered">
        <TextField
          form={props.form}
          name="phone"
          type="tel"
          width="medium"
          label={t('resident.login.phone')}
          hint={t('account.registered.phone-hint')}
          more={{ autocomplete: 'tel', maxLength: 24 }}
        />
        <p>
          <button class="button button-primary button-large">{t('resident.login.send')}</button>
        </p>
      </Form>
    </>
  )
}

function Answer({ answer, form }: Extract<RegisteredProps, { step: 'answer' }>) {
  const { t, day, word } = useFrame()
  if (!answer.isRegistered) return <p class="panel">{t('account.registered.no')}</p>
  return (
    <>
      <p class="lead">{t('account.registered.yes', { day: day(answer.registeredAt ?? '') })}</p>
      <p>
        {t(
          !answer.isVolunteer
            ? 'account.registered.no-volunteer'
            : answer.teams.length === 0
              ? 'account.registered.no-team'
              : 'account.registered.volunteer',
        )}
      </p>
      {answer.teams.length > 0 && (
        <ul>
          {answer.teams.map((team) => (
            <li key={team}>{team}</li>
          ))}
        </ul>
      )}
      <h2>{t('account.leave.title')}</h2>
      <WhatHappens />
      {answer.holdBacks.length > 0 ? (
        <div class="panel">
          {answer.holdBacks.map((code) => (
            <p key={code}>{word(`people.hold-back.${code}`, code)}</p>
          ))}
        </div>
      ) : (
        <Form form={form} action="/registered/leave">
          <input type="hidden" name="exitToken" value={answer.exitToken ?? ''} />
          <p>
            <button class="button button-quiet">{t('account.leave.now')}</button>
          </p>
        </Form>
      )}
    </>
  )
}

function WhatHappens() {
  const { t } = useFrame()
  return (
    <ul>
      {(['ends', 'erased', 'kept', 'again'] as const).map((name) => (
        <li key={name}>{t(`account.leave.${name}`)}</li>
      ))}
    </ul>
  )
}

/** The way out of one's own account. */
export function Leave({ form, holdBacks, sentTo }: LeaveProps) {
  const { t, word } = useFrame()
  const title = t('account.leave.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me', text: t('account.back') }}>
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <WhatHappens />
      <p>
        <a class="button button-quiet" href="/me/export">
          {t('account.leave.export-first')}
        </a>
      </p>
      {holdBacks.length > 0 ? (
        <section class="panel">
          <h2>{t('account.leave.not-yet')}</h2>
          {holdBacks.map((code) => (
            <p key={code}>{word(`people.hold-back.${code}`, code)}</p>
          ))}
        </section>
      ) : sentTo === null ? (
        <Form form={form} action="/me/leave">
          <p>
            <button class="button">{t('account.leave.send-code')}</button>
          </p>
        </Form>
      ) : (
        <Form form={form} action="/me/leave/code">
          <input type="hidden" name="sentTo" value={sentTo} />
          <p class="lead">{t('resident.login-code.lead', { phone: sentTo })}</p>
          <TextField form={form} name="code" width="short" label={t('resident.login-code.code')} more={CODE} />
          <p>
            <button class="button button-primary">{t('account.leave.confirm')}</button>
          </p>
        </Form>
      )}
    </Page>
  )
}
