import type { Look, LoginCodeProps, LoginProps, MeProps, MyOrdersProps, Points } from '#contract/pages.ts'
import type { OrderRow } from '#contract/order-shapes.ts'
import { Choice, ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, useCallLink, useFrame } from '../frame.tsx'
import { useOrderWords } from '../words.ts'

export function Login({ form, next }: LoginProps) {
  const { t } = useFrame()
  const call = useCallLink()
  const title = t('resident.login.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/', text: t('resident.services.back') }}>
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('resident.login.lead')}</p>
      <Form form={form} action="/login">
        <input type="hidden" name="next" value={next} />
        <TextField
          form={form}
          name="phone"
          type="tel"
          width="medium"
          label={t('resident.login.phone')}
          hint={t('resident.login.phone-hint')}
          more={{ autocomplete: 'tel', maxLength: 24 }}
        />
        <p>
          <button class="button button-primary button-large">{t('resident.login.send')}</button>
        </p>
      </Form>
      <aside class="panel">
        <h2>{t('resident.login.no-phone')}</h2>
        <p>{t('resident.login.no-phone-text')}</p>
        <p>
          <a class="button button-quiet" href={call.href}>
            {call.text}
          </a>
        </p>
      </aside>
    </Page>
  )
}

export function LoginCode({ form, next, phone }: LoginCodeProps) {
  const { t, demo } = useFrame()
  const title = t('resident.login-code.title')
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/login', text: t('resident.login-code.back') }}>
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('resident.login-code.lead', { phone })}</p>
      {demo && (
        <p class="panel">
          {t('resident.login-code.demo')}{' '}
          <a href="/demo/outbox" target="_blank" rel="noopener">
            {t('resident.login-code.demo-link')}
          </a>
        </p>
      )}
      <Form form={form} action="/login/code">
        <input type="hidden" name="next" value={next} />
        <TextField
          form={form}
          name="code"
          width="short"
          label={t('resident.login-code.code')}
          hint={t('resident.login-code.code-hint')}
          more={{ inputMode: 'numeric', pattern: '[0-9]*', autocomplete: 'one-time-code', maxLength: 6 }}
        />
        <p>
          <button class="button button-primary button-large">{t('resident.login-code.submit')}</button>
        </p>
      </Form>
      <form method="post" action="/login">
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="phone" value={phone} />
        <p>
          <button class="button button-quiet">{t('resident.login-code.again')}</button>
        </p>
      </form>
    </Page>
  )
}

export function MePage(props: MeProps) {
  const { t } = useFrame()
  const { form, me } = props
  const title = t('resident.me.title')
  return (
    <Page title={title} faulty={form.errors.length > 0}>
      {props.saved && (
        <p class="done" role="status">
          {t('resident.me.saved')}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      {me.phoneMasked !== null && <p class="lead">{t('resident.me.phone', { phone: me.phoneMasked })}</p>}
      <Form form={form} action="/me">
        <TextField
          form={form}
          name="name"
          width="medium"
          label={t('resident.me.name')}
          hint={t('resident.me.name-hint')}
          more={{ autocomplete: 'name', maxLength: 40 }}
        />
        <Choice
          form={form}
          name="locale"
          label={t('resident.me.locale')}
          inline
          options={[
            { value: 'zh-CN', text: t('resident.me.locale-zh'), lang: 'zh-CN' },
            { value: 'en', text: t('resident.me.locale-en'), lang: 'en' },
          ]}
        />
        <Choice
          form={form}
          name="elderMode"
          label={t('resident.me.mode')}
          inline
          options={[
            { value: 'no', text: t('resident.me.mode-standard') },
            { value: 'yes', text: t('resident.me.mode-elder') },
          ]}
        />
        <p>
          <button class="button button-primary">{t('resident.me.save')}</button>
        </p>
      </Form>
      <More />
      <PointsSection points={props.points} />
      <Looks looks={props.looks} />
      <form method="post" action="/logout">
        <p>
          <button class="button button-quiet">{t('resident.me.logout')}</button>
        </p>
      </form>
    </Page>
  )
}

const ACCOUNT_PAGES = ['profile', 'identity', 'consents', 'family', 'accounts', 'export', 'leave'] as const

/** The other pages of the account. */
function More() {
  const { t } = useFrame()
  return (
    <nav aria-labelledby="more-title">
      <h2 id="more-title">{t('account.me.more')}</h2>
      <ul class="rows">
        {ACCOUNT_PAGES.map((name) => (
          <li key={name} class="row">
            <a href={`/me/${name}`}>{t(`account.${name}.title`)}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function PointsSection({ points }: { readonly points: Points }) {
  const { t, moment, word } = useFrame()
  return (
    <section>
      <h2>{t('resident.me.points')}</h2>
      <p class="number">{points.balance}</p>
      {points.held > 0 && <p>{t('resident.me.points-held', { points: points.held })}</p>}
      {points.queued > 0 && <p>{t('resident.me.points-queued', { points: points.queued })}</p>}
      {points.rows.length === 0 ? (
        <p>{t('resident.me.points-none')}</p>
      ) : (
        <ul class="entries">
          {points.rows.map((row) => (
            <li key={row.id}>
              <span class="entry-amount">{row.points > 0 ? `+${row.points}` : row.points}</span>
              <span>{word(`points.reason.${row.reason}`, row.reason)}</span>
              <span class="card-note">{moment(row.at)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** Promise 8: the person can see who looked. */
function Looks({ looks }: { readonly looks: readonly Look[] }) {
  const { t, moment, word } = useFrame()
  return (
    <section>
      <h2>{t('resident.me.looks')}</h2>
      <p>{t('resident.me.looks-text')}</p>
      {looks.length === 0 ? (
        <p class="panel">{t('resident.me.looks-none')}</p>
      ) : (
        <ul class="entries">
          {looks.map((look) => (
            <li key={`${look.at} ${look.by}`}>
              <span>
                {t('resident.me.look', {
                  by: look.by,
                  purpose: word(`people.purpose.${look.purpose}`, look.purpose),
                  fields: look.fields
                    .map((field) => word(`resident.field.${field}`, field))
                    .join(t('resident.list-comma')),
                })}
              </span>
              <span class="card-note">
                {moment(look.at)} {look.orderNumber}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

export function MyOrders({ rows, nextCursor }: MyOrdersProps) {
  const { t } = useFrame()
  const title = t('resident.my-orders.title')
  const open = rows.filter((row) => row.state !== 'closed')
  const closed = rows.filter((row) => row.state === 'closed')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      {rows.length === 0 && (
        <section class="panel">
          <h2>{t('resident.my-orders.none')}</h2>
          <p>{t('resident.my-orders.none-text')}</p>
          <p class="buttons">
            <a class="button button-primary" href="/services">
              {t('resident.home.order')}
            </a>
          </p>
        </section>
      )}
      {open.length > 0 && <OrderList title={t('resident.my-orders.open')} rows={open} />}
      {closed.length > 0 && <OrderList title={t('resident.my-orders.closed')} rows={closed} />}
      {nextCursor !== null && (
        <p>
          <a class="button button-quiet" href={`/me/orders?cursor=${encodeURIComponent(nextCursor)}`}>
            {t('resident.services.more')}
          </a>
        </p>
      )}
    </Page>
  )
}

function OrderList({ title, rows }: { readonly title: string; readonly rows: readonly OrderRow[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul class="rows">
        {rows.map((row) => (
          <OrderLine key={row.id} row={row} href={`/orders/${row.id}`} />
        ))}
      </ul>
    </section>
  )
}

interface OrderLineProps {
  readonly row: OrderRow
  readonly href: string
  readonly isServing?: boolean
}

export function OrderLine({ row, href, isServing = false }: OrderLineProps) {
  const { t, moment } = useFrame()
  const words = useOrderWords(isServing ? 'server' : 'requester')
  return (
    <li class="row">
      <h3 class="card-title">
        <a href={href}>{row.title}</a>
      </h3>
      <p class="row-state">{words.state(row.state)}</p>
      {row.state !== 'closed' && (
        <p>{t('resident.my-orders.next', { next: words.next(row.nextStep), due: moment(row.dueAt) })}</p>
      )}
      <p class="card-note">
        <span class="number-small">{row.number}</span> {t('resident.my-orders.placed', { at: moment(row.placedAt) })}
      </p>
    </li>
  )
}
