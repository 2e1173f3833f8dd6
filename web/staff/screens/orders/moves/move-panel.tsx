import { Button } from 'antd'
import type { ComponentType } from 'react'
import { Link } from 'wouter'
import type { OrderView } from '../../../../../contract/order-shapes.ts'
import { useWords } from '../../../locale.tsx'
import type { MoveFormProps } from './move.ts'
import { CheckInForm, DeliverForm, ScheduleForm, StartForm } from './service-forms.tsx'
import { AcceptForm, AgreementForm, ClaimForm, DeclineForm, PauseForm, PoolForm, ReassignForm, ResumeForm, ReturnForm } from './dispatch-forms.tsx'
import { CancelForm, ConfirmForm, DisputeForm, EvaluateForm, ReachedForm, RemindForm, ReopenForm } from './requester-forms.tsx'
import { DeferForm, MergeForm, OutcomeForm, TakeInForm } from './triage-forms.tsx'

type MoveLabel =
  | 'take-in' | 'answer' | 'merge' | 'defer' | 'cancel' | 'offer' | 'open-pool' | 'claim' | 'accept' | 'decline'
  | 'schedule' | 'return' | 'reassign' | 'record-agreement' | 'pause' | 'resume' | 'start' | 'check-in' | 'deliver'
  | 'confirm' | 'dispute' | 'evaluate' | 'reopen' | 'record-reached' | 'remind'

interface Move {
  readonly label: MoveLabel
  /** Without a form the move is done on a screen of its own. */
  readonly form?: ComponentType<MoveFormProps>
  /** Leads the order on its way; others leave the way, undo or only tell. */
  readonly leadsOn?: true
}

/** The moves of an order by the names the server gives them, in the order in which the buttons stand. */
const MOVES: Readonly<Record<string, Move>> = {
  dispatch: { label: 'take-in', form: TakeInForm, leadsOn: true },
  offer: { label: 'offer', leadsOn: true },
  accept: { label: 'accept', form: AcceptForm, leadsOn: true },
  claim: { label: 'claim', form: ClaimForm, leadsOn: true },
  schedule: { label: 'schedule', form: ScheduleForm, leadsOn: true },
  start: { label: 'start', form: StartForm, leadsOn: true },
  deliver: { label: 'deliver', form: DeliverForm, leadsOn: true },
  confirm: { label: 'confirm', form: ConfirmForm, leadsOn: true },
  'record-reached': { label: 'record-reached', form: ReachedForm, leadsOn: true },
  'check-in': { label: 'check-in', form: CheckInForm },
  'record-agreement': { label: 'record-agreement', form: AgreementForm },
  'open-pool': { label: 'open-pool', form: PoolForm },
  decline: { label: 'decline', form: DeclineForm },
  resume: { label: 'resume', form: ResumeForm },
  pause: { label: 'pause', form: PauseForm },
  remind: { label: 'remind', form: RemindForm },
  answer: { label: 'answer', form: OutcomeForm },
  merge: { label: 'merge', form: MergeForm },
  defer: { label: 'defer', form: DeferForm },
  return: { label: 'return', form: ReturnForm },
  reassign: { label: 'reassign', form: ReassignForm },
  evaluate: { label: 'evaluate', form: EvaluateForm },
  dispute: { label: 'dispute', form: DisputeForm },
  reopen: { label: 'reopen', form: ReopenForm },
  cancel: { label: 'cancel', form: CancelForm },
}

interface MovePanelProps {
  readonly order: OrderView
  readonly move: string | null
  readonly setMove: (move: string | null) => void
  readonly done: (answer?: OrderView) => Promise<void>
}

/** A button for every move that the server says this reader may make, and the small form of the one chosen. */
export function MovePanel({ order, move, setMove, done }: MovePanelProps) {
  const { t } = useWords()
  const here = Object.entries(MOVES).filter(([name]) => order.moves.includes(name))
  const chosen = move === null ? undefined : MOVES[move]
  if (chosen?.form !== undefined) {
    const onDone = async (answer?: OrderView) => {
      setMove(null)
      await done(answer)
    }
    return (
      <div className="move-form" role="group" aria-label={t(`staff-order.move.${chosen.label}`)}>
        <h3>{t(`staff-order.move.${chosen.label}`)}</h3>
        <chosen.form order={order} onDone={onDone} onCancel={() => setMove(null)} />
      </div>
    )
  }
  if (here.length === 0) return <p className="hint">{t('staff-order.no-moves')}</p>
  const lead = here.find(([, { leadsOn }]) => leadsOn)?.[0]
  return (
    <div className="moves" role="group" aria-label={t('staff-order.moves')}>
      {here.map(([name, { label, form }]) =>
        form === undefined ? (
          <Link key={name} href={`/orders/${order.id}/dispatch`} className={name === lead ? 'button button-primary' : 'button'}>
            {t(`staff-order.move.${label}`)}
          </Link>
        ) : (
          <Button key={name} type={name === lead ? 'primary' : 'default'} onClick={() => setMove(name)}>
            {t(`staff-order.move.${label}`)}
          </Button>
        ),
      )}
    </div>
  )
}
