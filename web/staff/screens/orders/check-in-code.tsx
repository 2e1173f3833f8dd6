import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useWords } from '../../locale.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'

/** The rotating code for the people on site: large, counting down, asked for anew when it changes. */
export function CheckInCode({ orderId }: { readonly orderId: string }) {
  const { t } = useWords()
  const [shown, setShown] = useState(false)
  const code = useRead('showCheckInCode', { params: { id: orderId } }, { enabled: shown, staleTime: 0 })
  const secondsLeft = useCountdown(code.data?.secondsLeft, code.dataUpdatedAt)
  const { refetch } = code
  useEffect(() => {
    if (shown && secondsLeft === 0) void refetch()
  }, [shown, secondsLeft, refetch])
  if (!shown) return <Button onClick={() => setShown(true)}>{t('staff-order.show-code')}</Button>
  return (
    <ReadState read={code}>
      {(answer) => (
        <div className="check-in-code">
          <img
            src={`data:image/svg+xml;utf8,${encodeURIComponent(answer.qrSvg)}`}
            alt={t('staff-order.code-qr')}
            width="200"
            height="200"
          />
          <p className="big-code">{answer.code}</p>
          <p className="cell-sub" aria-live="off">
            {t('staff-order.code-changes', { seconds: secondsLeft ?? answer.secondsLeft })}
          </p>
          <Button onClick={() => setShown(false)}>{t('staff.hide')}</Button>
        </div>
      )}
    </ReadState>
  )
}

/** Whole seconds until `seconds` after `since` are over. */
function useCountdown(seconds: number | undefined, since: number): number | undefined {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  if (seconds === undefined) return undefined
  return Math.max(0, Math.ceil(seconds - Math.max(0, now - since) / 1000))
}
