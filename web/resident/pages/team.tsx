import type { CheckInCodeProps, InboxRow, TeamContactProps, TeamOrderProps, TeamProps } from '#contract/pages.ts'
import { Page, telHref, useFrame } from '../frame.tsx'
import { Asked, Done, Standing } from './order.tsx'
import { OrderLine } from './account.tsx'

export function Team({ teams, open, pool, mine }: TeamProps) {
  const { t } = useFrame()
  const title = t('resident.team.title')
  const leads = teams.some((team) => team.role !== 'member')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">
        {teams.length === 0
          ? t('resident.team.no-team')
          : teams.map((team) => team.name).join(t('resident.list-comma'))}
      </p>
      <p class="note">{t('resident.team.free')}</p>
      <p>
        <a class="onward" href="/team/mine">
          {t('team-page.mine')}
        </a>
      </p>
      {leads && <Invitations rows={open} />}
      {teams.length > 0 && <Box title={t('resident.team.mine')} empty={t('resident.team.mine-none')} rows={mine} />}
      {leads && <Box title={t('resident.team.pool')} empty={t('resident.team.pool-none')} rows={pool} />}
    </Page>
  )
}

/** What the leaders of a team are asked; members only see what their team took on. */
function Invitations({ rows }: { readonly rows: readonly InboxRow[] }) {
  const { t } = useFrame()
  return (
    <section>
      <h2>{t('resident.team.open')}</h2>
      {rows.length === 0 ? (
        <p class="panel">{t('resident.team.open-none')}</p>
      ) : (
        <ul class="rows">
          {rows.map((row) => (
            <Invitation key={row.offer?.id ?? row.order.id} row={row} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Box(props: { readonly title: string; readonly empty: string; readonly rows: readonly InboxRow[] }) {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.rows.length === 0 ? (
        <p class="panel">{props.empty}</p>
      ) : (
        <ul class="rows">
          {props.rows.map(({ order }) => (
            <OrderLine key={order.id} row={order} href={`/team/orders/${order.id}`} isServing />
          ))}
        </ul>
      )}
    </section>
  )
}

function Invitation({ row }: { readonly row: InboxRow }) {
  const { t, moment } = useFrame()
  const { offer, order } = row
  const href = `/team/orders/${order.id}${offer === null ? '' : `?offer=${offer.id}`}`
  return (
    <li class="row">
      <h3 class="card-title">
        <a href={href}>{order.title}</a>
      </h3>
      <p>{row.summary}</p>
      <p>
        {order.unit.name} {t('resident.people', { count: order.headcount })}
      </p>
      {offer !== null && (
        <>
          <p class="card-note">
            {t('resident.team.deadline', { team: offer.provider.name, at: moment(offer.deadlineAt) })}
          </p>
          <p class="buttons">
            <a class="button" href={`${href}#acts`}>
              {t('resident.team.see')}
            </a>
          </p>
        </>
      )}
    </li>
  )
}

export function TeamOrder({ order, offerId, acts, note, showsCode, showsContact, done }: TeamOrderProps) {
  const { t } = useFrame()
  const first = acts[0]
  return (
    <Page title={order.title} back={{ href: '/team', text: t('resident.team.back') }}>
      {done !== null && <Done act={done} number={order.number} />}
      <p class="kicker">
        {t('resident.order.number')} <span class="number-small">{order.number}</span>
      </p>
      <h1>{order.title}</h1>
      <Standing order={order} isServing />
      {note !== null && (
        <section>
          <h2>{t('resident.team.note')}</h2>
          <div class="answer">
            <p class="answer-text">{note}</p>
          </div>
        </section>
      )}
      {acts.length > 0 && (
        <section id="acts" aria-label={t('resident.order.acts')}>
          <ul class="act-list">
            {acts.map((act) => (
              <li key={act}>
                <a
                  class={act === first ? 'button button-primary' : 'button button-quiet'}
                  href={`/team/orders/${order.id}/${act}${offerId === null ? '' : `?offer=${offerId}`}`}
                >
                  {t(`resident.act.${act}`)}
                </a>
              </li>
            ))}
            {showsCode && (
              <li>
                <a class="button button-quiet" href={`/team/orders/${order.id}/code`}>
                  {t('resident.team.code')}
                </a>
              </li>
            )}
          </ul>
        </section>
      )}
      <Asked order={order} />
      {showsContact && (
        <form method="post" action={`/team/orders/${order.id}/contact`}>
          <p class="hint">{t('resident.team.reveal-hint')}</p>
          <p>
            <button class="button">{t('resident.team.reveal')}</button>
          </p>
        </form>
      )}
      <Attendance order={order} />
      {order.providerContact !== null && (
        <section>
          <h2>{t('resident.team.contact')}</h2>
          <p>
            {order.providerContact.name}{' '}
            <a class="onward" href={telHref(order.providerContact.phone)}>
              {order.providerContact.phone}
            </a>
          </p>
        </section>
      )}
    </Page>
  )
}

function Attendance({ order }: Pick<TeamOrderProps, 'order'>) {
  const { t, time, day, word } = useFrame()
  if (order.attendance.length === 0) return null
  return (
    <section>
      <h2>{t('resident.team.attendance')}</h2>
      <ul class="entries">
        {order.attendance.map((row) => (
          <li key={`${row.personId} ${row.checkedInAt}`}>
            <span>{row.name}</span>
            <span>
              {row.checkedOutAt === null
                ? t('resident.team.present-since', { day: day(row.checkedInAt), from: time(row.checkedInAt) })
                : t('resident.team.present', {
                    day: day(row.checkedInAt),
                    from: time(row.checkedInAt),
                    until: time(row.checkedOutAt),
                  })}
            </span>
            <span class="card-note">{word(`orders.method.${row.method}`, row.method)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Phone and address in clear, once and on record (promise 8). */
export function TeamContact({ orderId, title, contact }: TeamContactProps) {
  const { t } = useFrame()
  const phones = [contact.contactPhone, ...(contact.callBackPhone === null ? [] : [contact.callBackPhone])]
  return (
    <Page title={t('resident.team.reveal')} back={{ href: `/team/orders/${orderId}`, text: t('resident.act.back') }}>
      <p class="kicker">{title}</p>
      <h1>{contact.contactName}</h1>
      {phones.map((phone) => (
        <p key={phone}>
          <a class="button button-primary button-large" href={telHref(phone)}>
            {t('resident.call-number', { phone })}
          </a>
        </p>
      ))}
      {contact.address !== null && <p class="lead">{contact.address}</p>}
      <p class="note">{t('resident.team.reveal-recorded')}</p>
    </Page>
  )
}

export function CheckInCode(props: CheckInCodeProps) {
  const { t } = useFrame()
  const title = t('resident.code.title')
  return (
    <Page title={title} back={{ href: `/team/orders/${props.orderId}`, text: t('resident.act.back') }}>
      <p class="kicker">{props.title}</p>
      <h1>{title}</h1>
      <p class="lead">{t('resident.code.lead')}</p>
      <p class="number number-huge">{props.code}</p>
      <img
        class="qr"
        alt={t('resident.code.qr', { code: props.code })}
        src={`data:image/svg+xml,${encodeURIComponent(props.qrSvg)}`}
        width={240}
        height={240}
      />
      <p>{t('resident.code.left', { seconds: props.secondsLeft })}</p>
      <p>
        <a class="button" href={`/team/orders/${props.orderId}/code`}>
          {t('resident.code.refresh')}
        </a>
      </p>
    </Page>
  )
}
