import { Link, useLocation } from 'wouter'
import { useWords } from '../locale.tsx'
import { useRead } from '../parts/use-call.ts'
import { useMenu } from './use-menu.ts'
import type { Screen } from '../screens/index.tsx'
import { may, useMe } from '../session.tsx'

const GROUPS = ['today', 'entry', 'service', 'knowledge', 'office'] as const
const COUNTS_MILLISECONDS = 60_000

/** The menu shows what this person may open and nothing else. */
export function Menu({ open }: { readonly open: boolean }) {
  const { t } = useWords()
  const me = useMe()
  const lines = useMenu()
  const [location] = useLocation()
  return (
    <nav id="menu" className={open ? 'menu menu-open' : 'menu'} aria-label={t('staff.menu')}>
      {GROUPS.map((group) => {
        const here = lines.filter(({ menu }) => menu?.group === group)
        if (here.length === 0) return null
        return (
          <div key={group} className="menu-group">
            <p id={`menu-${group}`}>{t(`staff.group.${group}`)}</p>
            <ul aria-labelledby={`menu-${group}`}>
              {here.map((screen) => (
                <MenuItem key={screen.path} screen={screen} />
              ))}
            </ul>
          </div>
        )
      })}
      {me.kind === 'staff' && (
        <ul className="menu-group menu-account">
          <li>
            <Link href="/account" {...(location === '/account' && { 'aria-current': 'page' as const })}>
              {t('staff.account')}
            </Link>
          </li>
        </ul>
      )}
    </nav>
  )
}

function MenuItem({ screen }: { readonly screen: Screen }) {
  const { t } = useWords()
  const [location] = useLocation()
  const waiting = useWaiting(screen.path)
  if (screen.menu === undefined) return null
  const isHere = screen.path === placeIn(location)
  return (
    <li>
      <Link href={screen.path} {...(isHere && { 'aria-current': 'page' as const })}>
        <span>{t(screen.menu.label)}</span>
        {waiting > 0 && (
          <span className="menu-count">
            {waiting}
            <span className="visually-hidden"> {t('staff.waiting')}</span>
          </span>
        )}
      </Link>
    </li>
  )
}

/** The line of the menu under which a screen stands that has none of its own. */
function placeIn(location: string): string {
  return location.endsWith('/dispatch') ? '/dispatch' : (/^\/[^/]*/u.exec(location)?.[0] ?? '/')
}

/** How many matters wait behind a line of the menu. */
function useWaiting(path: string): number {
  const me = useMe()
  const counted = path === '/orders' || path === '/dispatch' || path === '/offers'
  const counts = useRead(
    'countOrders',
    {},
    {
      enabled: counted && may(me, 'orders.read'),
      staleTime: COUNTS_MILLISECONDS,
      refetchInterval: COUNTS_MILLISECONDS,
    },
  )
  if (counts.data === undefined) return 0
  if (path === '/orders') return counts.data.states['submitted'] ?? 0
  if (path === '/dispatch') return counts.data.states['dispatching'] ?? 0
  return path === '/offers' ? counts.data.openOffers : 0
}
