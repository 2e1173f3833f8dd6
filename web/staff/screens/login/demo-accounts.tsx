import { Button } from 'antd'
import { call } from '../../../shared/api-client.ts'
import type { Me } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { useIntent, useRead } from '../../parts/use-call.ts'

/** Demonstration servers only: the invented accounts, each a press away. */
export function DemoAccounts({ onSignedIn }: { readonly onSignedIn: (me: Me) => void }) {
  const { t } = useWords()
  const accounts = useRead('listDemoAccounts', {})
  const login = useIntent('staffLogin', onSignedIn)
  const rows = (accounts.data?.rows ?? []).filter(({ kind }) => kind === 'staff')
  const enter = async (name: string) => {
    // Read anew, because a one-time password is good for half a minute only.
    const { rows: fresh } = await call('listDemoAccounts', {})
    const account = fresh.find((row) => row.login === name)
    if (account === undefined || account.password === null || account.totp === null) return
    await login.run({ body: { login: account.login, password: account.password, totp: account.totp } })
  }
  return (
    <section className="demo-accounts" aria-label={t('staff.demo-accounts')}>
      <p>{t('staff.demo-hint')}</p>
      <div className="chips">
        {rows.map((row) => (
          <Button key={row.login} size="small" disabled={login.pending} onClick={() => void enter(row.login)}>
            {row.what} · {row.name}
          </Button>
        ))}
      </div>
      <ProblemAlert problem={login.problem} />
    </section>
  )
}
