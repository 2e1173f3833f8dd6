import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'
import type { PlanAnswer } from './plan-answer.ts'

type Why = AnswerOf<'listVisitChoices'>
interface At {
  readonly providerName: string
  readonly day: string
}

/** Why a visit is where it is: what it adds there, how far the next best place is behind, and what keeps it from a cheaper one. */
export function WhyHere({ answer: { here, regretMinutes, binding } }: { readonly answer: Why }) {
  const { t, named } = useWords()
  const at = useAt()
  if (here === null) return null
  return (
    <ul className="plan-why">
      <li>
        {here.parts.length === 0
          ? t('staff-plan.why-parts-none')
          : t('staff-plan.why-parts', { minutes: Math.round(here.addedMinutes) })}{' '}
        {here.parts
          .map(({ part, minutes }) => t('staff-plan.minutes-of', { what: named('staff-plan.part', part), minutes }))
          .join(' · ')}
      </li>
      {regretMinutes !== null && (
        <li>
          {regretMinutes >= 0
            ? t('staff-plan.why-regret', { minutes: Math.round(regretMinutes) })
            : t('staff-plan.why-better', { minutes: Math.round(-regretMinutes) })}
        </li>
      )}
      {binding !== null && (
        <li>
          {t('staff-plan.why-binding', {
            ...at(binding),
            what: named('staff-plan.reason', binding.code),
            minutes: Math.round(binding.savesMinutes),
          })}
        </li>
      )}
    </ul>
  )
}

function useAt(): (place: At) => { provider: string; day: string } {
  const { nearDay: day } = useMoments()
  return (place) => ({ provider: place.providerName, day: day(place.day) })
}

/** Asked for one order that is left out: what would let it in, and who has its place. */
export function WhyLeftOut({ planId, orderId, title }: { planId: string; orderId: string; title: string }) {
  const { t } = useWords()
  const [isOpen, open] = useState(false)
  if (isOpen) return <LeftOutReasons planId={planId} orderId={orderId} />
  return (
    <Button size="small" onClick={() => open(true)}>
      {t('staff-plan.why-more')}
      <span className="visually-hidden"> {title}</span>
    </Button>
  )
}

function LeftOutReasons({ planId, orderId }: { readonly planId: string; readonly orderId: string }) {
  const { t, named } = useWords()
  const at = useAt()
  const read = useRead('listVisitChoices', { params: { id: planId, orderId } })
  return (
    <ReadState read={read} lines={2}>
      {({ relaxations, outbidBy, rows }) => (
        <ul className="plan-why">
          {rows.slice(0, 1).map((row) => (
            <li key={row.teamDay}>
              {t('staff-plan.why-too-dear', { ...at(row), minutes: Math.max(0, Math.round(row.addedMinutes)) })}
            </li>
          ))}
          {relaxations.map((one) => (
            <li key={one.code}>
              {t('staff-plan.why-relax', {
                ...at(one),
                what: named('staff-plan.reason', one.code),
                minutes: Math.round(one.addedMinutes),
              })}
            </li>
          ))}
          {outbidBy.map((one) => (
            <li key={one.orderId}>
              {t('staff-plan.why-outbid', { ...at(one), minutes: Math.max(0, Math.round(one.extraMinutes)) })}{' '}
              <Link href={`/orders/${one.orderId}`}>{one.title}</Link>
            </li>
          ))}
          {rows.length + relaxations.length + outbidBy.length === 0 && <li>{t('staff-plan.why-no-way')}</li>}
        </ul>
      )}
    </ReadState>
  )
}

interface ScarceProps {
  readonly scarce: PlanAnswer['scarce']
  readonly vehicles: PlanAnswer['scarceVehicles']
}

/** What the centre is short of: of which vehicle and of whom one more day would save most. */
export function Scarce({ scarce, vehicles }: ScarceProps) {
  const { t } = useWords()
  const at = useAt()
  const { nearDay: day } = useMoments()
  if (scarce.length + vehicles.length === 0) return null
  return (
    <Section title={t('staff-plan.scarce')}>
      <p className="sheet-lead">{t('staff-plan.scarce-help')}</p>
      <ul className="plan-why">
        {vehicles.map((one) => (
          <li key={`${one.day} ${one.vehicleName}`}>
            {t('staff-plan.scarce-vehicle', {
              vehicle: one.vehicleName,
              day: day(one.day),
              minutes: Math.round(one.savesMinutes),
              count: one.orders,
            })}
          </li>
        ))}
        {scarce.map((one, index) => (
          <li key={`${one.day} ${one.providerName} ${index}`}>
            {t(one.orders === 0 ? 'staff-plan.scarce-row' : 'staff-plan.scarce-orders', {
              ...at(one),
              minutes: Math.round(one.savesMinutes),
              count: one.orders,
            })}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Promises that cannot be kept together, for which no plan could be made. */
export function Conflicts({ conflicts }: { readonly conflicts: PlanAnswer['conflicts'] }) {
  const { t, named } = useWords()
  const at = useAt()
  return (
    <ul className="plan-why">
      {conflicts.map((one) => (
        <li key={`${one.day} ${one.providerName}`}>
          {t('staff-plan.conflict', { ...at(one), what: named('staff-plan.conflict', one.code) })}{' '}
          {one.orders.map((order) => (
            <Link key={order.orderId} href={`/orders/${order.orderId}`} className="plan-why-order">
              {order.title}
            </Link>
          ))}
        </li>
      ))}
    </ul>
  )
}
