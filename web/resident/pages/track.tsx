import type { Tracking, TrackProps } from '#contract/pages.ts'
import { ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, telHref, useFrame } from '../frame.tsx'
import { stageOf, useOrderWords } from '../words.ts'
import { Stage } from './order.tsx'

export function Track({ form, found }: TrackProps) {
  const { t, me } = useFrame()
  const title = t('resident.track.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/', text: t('resident.services.back') }}>
      <ErrorSummary form={form} />
      {found === null ? <h1>{title}</h1> : <Found found={found} />}
      {found !== null && <h2>{t('resident.track.another')}</h2>}
      {found === null && <p class="lead">{t('resident.track.lead')}</p>}
      <Form form={form} action="/track">
        <TextField
          form={form}
          name="number"
          width="medium"
          label={t('resident.track.number')}
          hint={t('resident.track.number-hint')}
          more={{ autocomplete: 'off', autocapitalize: 'characters', maxLength: 20 }}
        />
        <TextField
          form={form}
          name="phoneTail"
          width="short"
          label={t('resident.track.tail')}
          hint={t('resident.track.tail-hint')}
          more={{ inputMode: 'numeric', pattern: '[0-9]*', autocomplete: 'off', maxLength: 4 }}
        />
        <p>
          <button class={found === null ? 'button button-primary button-large' : 'button'}>
            {t('resident.track.submit')}
          </button>
        </p>
      </Form>
      <aside class="panel">
        <h2>{t('resident.track.no-number')}</h2>
        <p>{t('resident.track.no-number-text')}</p>
        <p class="buttons">
          <a class="button button-quiet" href={me === null ? '/login?next=%2Fme%2Forders' : '/me/orders'}>
            {t('resident.frame.my-orders')}
          </a>
          <a class="button button-quiet" href="/call">
            {t('resident.frame.call')}
          </a>
        </p>
      </aside>
    </Page>
  )
}

function Found({ found }: { readonly found: Tracking }) {
  const { t, moment } = useFrame()
  const words = useOrderWords()
  return (
    <>
      <p class="kicker">
        {t('resident.order.number')} <span class="number-small">{found.number}</span>
      </p>
      <h1>{found.title}</h1>
      <section class="standing" aria-label={t('resident.order.standing')}>
        <p class="standing-state">{words.state(found.state)}</p>
        <Stage stage={stageOf(found.state)} />
        <dl class="standing-next">
          {found.state !== 'closed' && (
            <div>
              <dt>{t('resident.order.next')}</dt>
              <dd>{words.next(found.nextStep)}</dd>
            </div>
          )}
          {found.dueAt !== null && found.state !== 'closed' && (
            <div>
              <dt>{t('resident.order.due')}</dt>
              <dd>{moment(found.dueAt)}</dd>
            </div>
          )}
          <div>
            <dt>{t('resident.order.responsible')}</dt>
            <dd>{found.responsibleUnitName}</dd>
          </div>
        </dl>
        {found.responsibleUnitPhone !== null && (
          <p>
            <a class="button button-quiet" href={telHref(found.responsibleUnitPhone)}>
              {t('resident.call-number', { phone: found.responsibleUnitPhone })}
            </a>
          </p>
        )}
      </section>
      <h2>{t('resident.order.timeline')}</h2>
      <ol class="timeline">
        {found.steps
          .toSorted((a, b) => b.at.localeCompare(a.at))
          .map((step) => (
            <li key={`${step.at} ${step.move}`}>
              <p class="timeline-move">{words.move(step.move)}</p>
              <p class="card-note">{moment(step.at)}</p>
            </li>
          ))}
      </ol>
    </>
  )
}
