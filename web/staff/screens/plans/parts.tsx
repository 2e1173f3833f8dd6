import { useWords } from '../../locale.tsx'
import type { Visit } from './plan-answer.ts'

/** The named parts of a visit's price. */
export function Parts({ visit }: { readonly visit: Visit }) {
  const { t, named } = useWords()
  return visit.parts
    .map(({ part, minutes }) => t('staff-plan.minutes-of', { what: named('staff-plan.part', part), minutes }))
    .join(' · ')
}
