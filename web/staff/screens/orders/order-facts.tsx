import type { OrderView } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { type Fact, Facts, Section } from '../../parts/page.tsx'
import { RevealContact } from '../../parts/reveal-contact.tsx'

/** What is wanted, for whom, where and when; masked contact. */
export function OrderFacts({ order }: { readonly order: OrderView }) {
  const { t } = useWords()
  const wanted = useWantedFacts(order)
  const service = useServiceFacts(order)
  return (
    <>
      <Section title={t('staff-order.wanted')}>
        {order.details !== '' && <p className="details">{order.details}</p>}
        <Facts facts={wanted} />
      </Section>
      <Section title={t('staff-order.contact')}>
        <RevealContact
          orderId={order.id}
          nameMasked={order.contactNameMasked}
          phoneMasked={order.contactPhoneMasked}
          addressMasked={order.addressMasked}
        />
        {order.proxyRelation !== null && (
          <Facts facts={[{ term: t('staff-order.proxy-relation'), value: order.proxyRelation }]} />
        )}
      </Section>
      {service.length > 0 && (
        <Section title={t('staff-order.service')}>
          <Facts facts={service} />
        </Section>
      )}
    </>
  )
}

function useWantedFacts(order: OrderView): readonly Fact[] {
  const { t, named } = useWords()
  const { span, moment } = useMoments()
  const list = (prefix: string, values: readonly string[]) =>
    values.map((value) => named(prefix, value)).join(t('staff.comma'))
  return [
    { term: t('staff-order.offering'), value: order.offering?.title },
    { term: t('staff-order.headcount'), value: t('staff-order.people', { count: order.headcount }) },
    { term: t('staff-order.target-group'), value: named('catalogue.target', order.targetGroup) },
    { term: t('staff-order.place'), value: `${order.unit.name}${order.venue === '' ? '' : ` · ${order.venue}`}` },
    {
      term: t('staff-order.wished-time'),
      value:
        order.windowFrom !== null && order.windowUntil !== null
          ? span(order.windowFrom, order.windowUntil)
          : order.windowUntil !== null
            ? t('staff-order.until', { moment: moment(order.windowUntil) })
            : order.windowFrom === null
              ? t('staff.window.any')
              : moment(order.windowFrom),
    },
    { term: t('staff-order.urgency'), value: named('orders.urgency', order.urgency) },
    { term: t('staff-order.risks'), value: list('orders.risk', order.risks) },
    { term: t('staff-order.agreement-needed'), value: list('orders.trigger', order.agreementTriggers) },
  ]
}

function useServiceFacts(order: OrderView): readonly Fact[] {
  const { t, named } = useWords()
  const { moment, day, span } = useMoments()
  const stamp = (instant: string | null) => (instant === null ? null : moment(instant))
  const facts: readonly Fact[] = [
    { term: t('staff-order.provider'), value: order.provider?.name },
    {
      term: t('staff-order.provider-contact'),
      value:
        order.providerContact === null ? null : (
          <>
            {order.providerContact.name}{' '}
            <a href={`tel:${order.providerContact.phone}`}>{order.providerContact.phone}</a>
          </>
        ),
    },
    { term: t('staff-order.agreement-signed'), value: stamp(order.agreementAt) },
    { term: t('staff-order.insurance'), value: stamp(order.insuranceConfirmedAt) },
    {
      term: t('staff-order.scheduled'),
      value:
        order.scheduledFrom !== null && order.scheduledUntil !== null
          ? span(order.scheduledFrom, order.scheduledUntil)
          : null,
    },
    { term: t('staff-order.delivered-at'), value: stamp(order.deliveredAt) },
    { term: t('staff-order.delivery-result'), value: order.deliveryResult },
    {
      term: t('staff-order.actual-headcount'),
      value:
        order.actualHeadcount === null
          ? null
          : `${t('staff-order.people', { count: order.actualHeadcount })} · ${order.headcountConfirmed ? t('staff-order.confirmed') : t('staff-order.unconfirmed')}`,
    },
    {
      term: t('staff-order.evaluation'),
      value:
        order.evaluation === null
          ? null
          : [
              t('staff-order.stars', { count: order.evaluation.stars }),
              t(order.evaluation.solved ? 'staff-order.solved' : 'staff-order.not-solved'),
              ...order.evaluation.tags.map((tag) => named('resident.tag', tag)),
              order.evaluation.note,
            ]
              .filter((part) => part !== '')
              .join(' · '),
    },
    { term: t('staff-order.outcome-reason'), value: order.outcomeReason },
    { term: t('staff-order.review-on'), value: order.reviewOn === null ? null : day(order.reviewOn) },
    { term: t('staff-order.merged-into'), value: order.mergedInto },
    {
      term: t('staff-order.closed'),
      value:
        order.closedAt === null
          ? null
          : `${moment(order.closedAt)}${order.closedAs === null ? '' : ` · ${named('orders.closed', order.closedAs)}`}`,
    },
    { term: t('staff-order.reopenings'), value: order.reopenings === 0 ? null : order.reopenings },
  ]
  return facts.filter(({ value }) => value !== null && value !== undefined && value !== '')
}
