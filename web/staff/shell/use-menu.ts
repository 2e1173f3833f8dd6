import { FIRST_STEPS_PATH, useFirstSteps } from '../screens/first-steps/use-first-steps.ts'
import { type Screen, screens } from '../screens/index.tsx'
import { useMe } from '../session.tsx'

/** The screens that stand in this person's menu; the first steps only as long as one of them is open. */
export function useMenu(): readonly Screen[] {
  const me = useMe()
  const { isOpen } = useFirstSteps()
  return screens.filter(
    ({ path, menu, isOpenTo }) => menu !== undefined && isOpenTo(me) && (path !== FIRST_STEPS_PATH || isOpen),
  )
}
