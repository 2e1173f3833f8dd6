import type { OrderView } from '#contract/order-shapes.ts'
import { type OrderProps, type RequesterAct, requesterActs, SEEN_IMAGE, type Transition } from '#contract/pages.ts'
import { Page, telHref, useFrame } from '../frame.tsx'
import { STAGES, stageOf, useOrderWords } from '../words.ts'
import { Fact } from './services.tsx'

export function Order(props: OrderProps) {
  const { t } = useFrame()
  const { order, byLink } = props
  return (
    <Page title={order.title} {...(byLink ? {} : { back: { href: '/me/orders', text: t('resident.order.back') } })}>
      {props.done !== null && <Done act={props.done} number={order.number} />}
      <p class="kicker">
        {t('resident.order.number')} <span class="number-small">{order.number}</span>
      </p>
      <h1>{order.title}</h1>
      <Standing order={order} />
      <Answers order={order} />
      <Acts {...props} />
      <People {...props} />
      <Asked order={order} />
      <Photos order={order} base={props.base} />
      {order.evaluation !== null && <Evaluation evaluation={order.evaluation} />}
      <Timeline rows={props.timeline} />
      {byLink && order.answers.some((answer) => answer.reachedAt === null) && (
        <img src={`${props.base}/${SEEN_IMAGE}`} alt="" width="1" height="1" />
      )}
    </Page>
  )
}

export function Done({ act, number }: { readonly act: string; readonly number: string }) {
  const { word } = useFrame()
  const text = word(`resident.done.${act}`, '')
  return text === '' ? null : (
    <p class="done" role="status" data-clear-draft={`${act}-${number}`}>
      {text}
    </p>
  )
}

/** Where it stands, what comes next and by when: the answer to “and now?” before anything else. */
interface StandingProps {
  readonly order: OrderView
  /** The reader is one of those who serve, and is not spoken to as the requester. */
  readonly isServing?: boolean
}

export function Standing({ order, isServing = false }: StandingProps) {
  const { t, moment, word } = useFrame()
  const words = useOrderWords(isServing ? 'server' : 'requester')
  const stage = stageOf(order.state)
  const closed = order.state === 'closed'
  return (
    <section class="standing" aria-label={t('resident.order.standing')}>
      <p class="standing-state">
        {closed && order.outcome !== null
          ? t('resident.order.outcome', {
              state: words.state(order.state),
              outcome: word(`orders.outcome.${order.outcome}`, order.outcome),
            })
          : words.state(order.state)}
      </p>
      <Stage stage={stage} />
      {!closed && (
        <dl class="standing-next">
          <div>
            <dt>{t('resident.order.next')}</dt>
            <dd>{words.next(order.nextStep)}</dd>
          </div>
          <div>
            <dt>{t('resident.order.due')}</dt>
            <dd>{moment(order.dueAt)}</dd>
          </div>
          <div>
            <dt>{t('resident.order.responsible')}</dt>
            <dd>{order.responsibleUnit.name}</dd>
          </div>
          {order.scheduledFrom !== null && (
            <div>
              <dt>{t('resident.order.scheduled')}</dt>
              <dd>{moment(order.scheduledFrom)}</dd>
            </div>
          )}
        </dl>
      )}
      {order.isPaused && <p>{t('resident.order.paused')}</p>}
      {!closed && order.isOverdue && <p class="overdue">{t('resident.order.overdue')}</p>}
      {order.mergedInto !== null && <p>{t('resident.order.merged', { number: order.mergedInto })}</p>}
      {order.reviewOn !== null && !closed && <p>{t('resident.order.review', { date: order.reviewOn })}</p>}
    </section>
  )
}

export function Stage({ stage }: { readonly stage: number }) {
  const { t } = useFrame()
  return (
    <div class="stage">
      <div class="stage-bar" aria-hidden="true">
        {Array.from({ length: STAGES }, (_, index) => (
          <span key={index} class={index < stage ? 'stage-part stage-past' : 'stage-part'} />
        ))}
      </div>
      <p class="stage-text">{t('resident.order.stage', { stage, stages: STAGES })}</p>
    </div>
  )
}

function Answers({ order }: { readonly order: OrderView }) {
  const { t, moment } = useFrame()
  if (order.answers.length === 0) return null
  return (
    <section>
      <h2>{t(order.outcome === 'cancelled' ? 'resident.order.cancelled' : 'resident.order.answer')}</h2>
      {order.answers.map((answer) => (
        <div key={answer.id} class="answer">
          <p class="answer-text">{answer.text}</p>
          {answer.alternative !== '' && (
            <p>
              <strong>{t('resident.order.alternative')}</strong>
              {answer.alternative}
            </p>
          )}
          {answer.reviewOn !== null && <p>{t('resident.order.review', { date: answer.reviewOn })}</p>}
          <p class="card-note">{moment(answer.writtenAt)}</p>
        </div>
      ))}
    </section>
  )
}

/** The acts this reader may do now, the expected one first and alone in vermilion. */
function Acts({ order, base }: OrderProps) {
  const { t } = useFrame()
  const allowed = requesterActs.filter((act) => order.moves.includes(act))
  if (allowed.length === 0) return null
  const first: RequesterAct | undefined = allowed.find((act) => act === 'confirm' || act === 'evaluate')
  return (
    <section aria-label={t('resident.order.acts')}>
      {first !== undefined && <p class="lead">{t(`resident.act.${first}-ask`)}</p>}
      <ul class="act-list">
        {allowed.map((act) => (
          <li key={act}>
            <a class={act === first ? 'button button-primary' : 'button button-quiet'} href={`${base}/${act}`}>
              {t(
                act === 'reopen' && order.outcome === 'cancelled'
                  ? 'resident.act.reopen-cancelled'
                  : `resident.act.${act}`,
              )}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function People({ order, pin, responsiblePhone }: OrderProps) {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t('resident.order.people')}</h2>
      {order.providerContact !== null && (
        <div class="contact">
          <p>
            <strong>{order.providerContact.name}</strong>
            {order.provider !== null && <span class="contact-of">{order.provider.name}</span>}
          </p>
          <p>
            <a class="button button-quiet" href={telHref(order.providerContact.phone)}>
              {t('resident.call-number', { phone: order.providerContact.phone })}
            </a>
          </p>
        </div>
      )}
      {pin !== null && (
        <div class="contact">
          <p>{t('resident.order.pin')}</p>
          <p class="number">{pin}</p>
          <p class="hint">{t('resident.order.pin-hint')}</p>
        </div>
      )}
      <div class="contact">
        <p>
          <strong>{order.responsibleUnit.name}</strong>
          <span class="contact-of">{t('resident.order.responsible-note')}</span>
        </p>
        <p>
          {responsiblePhone === null ? (
            <a class="button button-quiet" href={`/call/${order.responsibleUnit.id}`}>
              {t('resident.order.ask')}
            </a>
          ) : (
            <a class="button button-quiet" href={telHref(responsiblePhone)}>
              {t('resident.call-number', { phone: responsiblePhone })}
            </a>
          )}
        </p>
      </div>
    </section>
  )
}

/** What was asked for, in the requester's own words. */
export function Asked({ order }: { readonly order: OrderView }) {
  const { t, locale, day, time, moment } = useFrame()
  const { windowFrom, windowUntil } = order
  return (
    <section>
      <h2>{t('resident.order.asked')}</h2>
      <dl class="facts">
        <Fact
          name={t('resident.order.category')}
          text={locale === 'en' ? order.category.nameEn : order.category.name}
        />
        <Fact name={t('resident.order.unit')} text={order.unit.name} />
        {order.venue !== '' && <Fact name={t('resident.order.venue')} text={order.venue} />}
        {order.addressMasked !== null && <Fact name={t('resident.order.address')} text={order.addressMasked} />}
        {windowFrom !== null && windowUntil !== null && (
          <Fact
            name={t('resident.order.window')}
            text={t('resident.order.window-text', {
              day: day(windowFrom),
              from: time(windowFrom),
              until: time(windowUntil),
            })}
          />
        )}
        <Fact name={t('resident.order.headcount')} text={t('resident.people', { count: order.headcount })} />
        {order.actualHeadcount !== null && (
          <Fact
            name={t('resident.order.actual-headcount')}
            text={t('resident.people', { count: order.actualHeadcount })}
          />
        )}
        {order.details !== '' && <Fact name={t('resident.order.details')} text={order.details} />}
        {order.deliveryResult !== null && <Fact name={t('resident.order.result')} text={order.deliveryResult} />}
        <Fact name={t('resident.order.contact')} text={`${order.contactNameMasked} ${order.contactPhoneMasked}`} />
        <Fact name={t('resident.order.placed')} text={moment(order.placedAt)} />
      </dl>
    </section>
  )
}

function Photos({ order, base }: Pick<OrderProps, 'order' | 'base'>) {
  const { t, word } = useFrame()
  if (order.photos.length === 0) return null
  return (
    <section>
      <h2>{t('resident.order.photos')}</h2>
      <ul class="photos">
        {order.photos.map(({ fileId, kind }) => (
          <li key={fileId}>
            <a href={`${base}/photos/${fileId}`}>
              <img src={`${base}/photos/${fileId}`} alt={word(`resident.photo.${kind}`, kind)} loading="lazy" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Evaluation({ evaluation }: { readonly evaluation: NonNullable<OrderView['evaluation']> }) {
  const { t, word } = useFrame()
  return (
    <section>
      <h2>{t('resident.order.evaluation')}</h2>
      <dl class="facts">
        <Fact name={t('resident.evaluate.stars')} text={word(`resident.evaluate.star-${evaluation.stars}`, '')} />
        <Fact
          name={t('resident.evaluate.solved')}
          text={t(evaluation.solved ? 'resident.evaluate.solved-yes' : 'resident.evaluate.solved-no')}
        />
        {evaluation.tags.length > 0 && (
          <Fact
            name={t('resident.evaluate.tags')}
            text={evaluation.tags.map((tag) => word(`resident.tag.${tag}`, tag)).join(t('resident.list-comma'))}
          />
        )}
        {evaluation.note !== '' && <Fact name={t('resident.evaluate.note')} text={evaluation.note} />}
      </dl>
    </section>
  )
}

/** Every move, newest first. */
export function Timeline({ rows }: { readonly rows: readonly Transition[] }) {
  const { t, moment } = useFrame()
  const words = useOrderWords()
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{t('resident.order.timeline')}</h2>
      <ol class="timeline">
        {rows
          .toSorted((a, b) => b.at.localeCompare(a.at))
          .map((row) => (
            <li key={row.id}>
              <p class="timeline-move">{words.move(row.move)}</p>
              <p class="card-note">{moment(row.at)}</p>
              {row.reason !== null && row.reason !== '' && <p>{row.reason}</p>}
            </li>
          ))}
      </ol>
    </section>
  )
}
