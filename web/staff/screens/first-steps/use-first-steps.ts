import { useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'

export const FIRST_STEPS_PATH = '/first-steps'

/**
 * The steps of a new district, for its administrators; `isOpen` while one of them is neither done nor ticked off.
 * @param staleTime 0 asks anew whenever a screen comes up: the steps are taken on other screens
 */
export function useFirstSteps({ staleTime }: { readonly staleTime?: number } = {}) {
  const me = useMe()
  const read = useRead(
    'readFirstSteps',
    {},
    { enabled: may(me, 'staff.manage'), ...(staleTime !== undefined && { staleTime }) },
  )
  return { read, isOpen: read.data?.isOver === false }
}
