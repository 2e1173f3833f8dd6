import type { CheckInProps, MyCodeProps, SessionScreenProps } from '#contract/pages.ts'
import { ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

const svg = (text: string) => `data:image/svg+xml,${encodeURIComponent(text)}`

/** The last part of a pass in two groups, for who has to type it. */
function signsOf(pass: string): string {
  const signs = pass.split('.').at(-1) ?? ''
  return `${signs.slice(0, 4)} ${signs.slice(4)}`
}

/** My own code, which the organiser scans or types; it changes by itself where scripts run. */
export function MyCode({ digits, qrSvg, dayPass, dayPassSvg, secondsLeft }: MyCodeProps) {
  const { t } = useFrame()
  const title = t('volunteer.code.title')
  return (
    <Page title={title} back={{ href: '/me/volunteering', text: t('volunteer.mine.title') }}>
      <h1>{title}</h1>
      <p class="lead">{t('volunteer.code.lead')}</p>
      <div data-reload-seconds={secondsLeft + 1}>
        <img class="qr" alt={t('volunteer.code.qr')} src={svg(qrSvg)} width={240} height={240} />
        <p class="number number-huge">{digits}</p>
        <p>{t('volunteer.code.left', { seconds: secondsLeft })}</p>
        <p>
          <a class="button" href="/me/volunteering/code">
            {t('volunteer.code.refresh')}
          </a>
        </p>
      </div>
      <section>
        <h2>{t('volunteer.code.day')}</h2>
        <p>{t('volunteer.code.day-lead')}</p>
        <img class="qr" alt={t('volunteer.code.day')} src={svg(dayPassSvg)} width={240} height={240} />
        <p class="number">{signsOf(dayPass)}</p>
        <p class="hint">{t('volunteer.code.day-signs')}</p>
      </section>
    </Page>
  )
}

/** Where the organiser's code leads a phone: one button to come, one to leave. */
export function CheckIn({ form, session, done }: CheckInProps) {
  const { t, moment, time } = useFrame()
  const title = t('volunteer.check-in.title')
  return (
    <Page
      title={title}
      back={{ href: `/programme/${session.id}`, text: session.title }}
      faulty={form.errors.length > 0}
    >
      <ErrorSummary form={form} />
      <p class="kicker">{session.title}</p>
      <h1>{title}</h1>
      <p class="lead">
        {t('volunteer.time', { from: moment(session.startsAt), until: time(session.endsAt) })} · {session.place}
      </p>
      {done === null ? (
        <Form form={form} action={`/check-in/${session.id}`}>
          <TextField
            form={form}
            name="code"
            label={t('volunteer.check-in.code')}
            hint={t('volunteer.check-in.code-hint')}
            more={{ maxLength: 20, autocomplete: 'off' }}
          />
          <input type="hidden" name="device" value="" />
          <div class="buttons">
            <button class="button button-primary button-large" name="direction" value="in">
              {t('volunteer.check-in.in')}
            </button>
            <button class="button button-large" name="direction" value="out">
              {t('volunteer.check-in.out')}
            </button>
          </div>
        </Form>
      ) : (
        <div class="panel" role="status">
          <h2>
            {done.checkedOutAt === null
              ? t('volunteer.check-in.came', { at: time(done.checkedInAt) })
              : t('volunteer.check-in.left', { from: time(done.checkedInAt), until: time(done.checkedOutAt) })}
          </h2>
          {done.needsConfirmation && <p>{t('volunteer.check-in.waits')}</p>}
          {done.checkedOutAt === null && <p>{t('volunteer.check-in.remember')}</p>}
        </div>
      )}
    </Page>
  )
}

/** For a projector or a tablet at the door: the code as large as the screen allows. */
export function SessionScreen({ session, code }: SessionScreenProps) {
  const { t, moment, time } = useFrame()
  return (
    <Page title={session.title} wide back={{ href: `/programme/${session.id}`, text: session.title }}>
      <div class="projector" data-reload-seconds={code.secondsLeft + 1}>
        <div>
          <h1>{session.title}</h1>
          <p class="lead">{t('volunteer.time', { from: moment(session.startsAt), until: time(session.endsAt) })}</p>
          <p class="lead">{session.place}</p>
          <p>{t('volunteer.screen.how')}</p>
          <p class="number number-huge">{`${code.code.slice(0, 4)} ${code.code.slice(4)}`}</p>
          <p>{t('volunteer.screen.phone', { code: code.phoneCode })}</p>
          <p class="lead">{t('volunteer.screen.came', { came: code.checkedIn, expected: code.signedUp })}</p>
          <p>
            <a class="button button-quiet" href={`/programme/${session.id}/screen`}>
              {t('volunteer.code.refresh')}
            </a>
          </p>
        </div>
        <img class="projector-qr" alt={t('volunteer.code.qr')} src={svg(code.qrSvg)} width={480} height={480} />
      </div>
    </Page>
  )
}
