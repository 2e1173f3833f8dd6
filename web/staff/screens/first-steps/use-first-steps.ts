import { useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'

export const FIRST_STEPS_PATH = '/first-steps'

/** The steps of a new district, for its administrators; `isOpen` while one of them is neither done nor ticked off. */
export function useFirstSteps() {
  const me = useMe()
  const read = useRead('readFirstSteps', {}, { enabled: may(me, 'staff.manage') })
  return { read, isOpen: read.data?.isOver === false }
}
