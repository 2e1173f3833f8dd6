import { Button } from 'antd'
import { type ComponentType, useState } from 'react'
import { Link } from 'wouter'
import type { OrderView } from '../../../../../contract/order-shapes.ts'
import { useWords } from '../../../locale.tsx'
import { focusOnAppearing } from '../../../parts/focus.ts'
import type { MoveFormProps } from './move.ts'
import { AddPhotoForm, CheckInForm, DeliverForm, ScheduleForm, ShowPin, StartForm } from './service-forms.tsx'
import {
  AcceptForm,
  AgreementForm,
  ClaimForm,
  DeclineForm,
  PauseForm,
  PoolForm,
  ReassignForm,
  ResumeForm,
  ReturnForm,
} from './dispatch-forms.tsx'
import {
  CancelForm,
  ConfirmForm,
  DisputeForm,
  EvaluateForm,
  ReachedForm,
  RemindForm,
  ReopenForm,
} from './requester-forms.tsx'
import { DeferForm, MergeForm, OutcomeForm, PassUpForm, TakeInForm } from './triage-forms.tsx'

interface Move {
  /** Without a form the move is done on a screen of its own. */
  readonly form?: ComponentType<MoveFormProps>
  /** Leads the order on its way; others leave the way, undo or only tell. */
  readonly leadsOn?: true
}

/** The acts of an order by the names the server gives them, in the order in which the buttons stand. */
const MOVES = {
  'take-in': { form: TakeInForm, leadsOn: true },
  offer: { leadsOn: true },
  'accept-offer': { form: AcceptForm, leadsOn: true },
  claim: { form: ClaimForm, leadsOn: true },
  schedule: { form: ScheduleForm, leadsOn: true },
  start: { form: StartForm, leadsOn: true },
  deliver: { form: DeliverForm, leadsOn: true },
  confirm: { form: ConfirmForm, leadsOn: true },
  'record-reached': { form: ReachedForm, leadsOn: true },
  'check-in': { form: CheckInForm },
  'show-pin': { form: ShowPin },
  'record-agreement': { form: AgreementForm },
  'open-pool': { form: PoolForm },
  'decline-offer': { form: DeclineForm },
  resume: { form: ResumeForm },
  pause: { form: PauseForm },
  remind: { form: RemindForm },
  'add-photo': { form: AddPhotoForm },
  'pass-up': { form: PassUpForm },
  'answer-out': { form: OutcomeForm },
  merge: { form: MergeForm },
  defer: { form: DeferForm },
  return: { form: ReturnForm },
  reassign: { form: ReassignForm },
  evaluate: { form: EvaluateForm },
  dispute: { form: DisputeForm },
  reopen: { form: ReopenForm },
  cancel: { form: CancelForm },
} as const satisfies Record<string, Move>

type MoveName = keyof typeof MOVES

/** Where the server decides by state alone: of pause and resume the one that fits, and check-in for teams, whose members serve. */
function fits(name: MoveName, order: OrderView): boolean {
  if (name === 'check-in') return order.provider?.kind === 'team'
  return name === 'pause' ? !order.isPaused : name === 'resume' ? order.isPaused : true
}

interface MovePanelProps {
  readonly order: OrderView
  readonly done: (answer?: OrderView) => Promise<void>
}

/** A button for every move that the server says this reader may make, and the small form of the one chosen. */
export function MovePanel({ order, done }: MovePanelProps) {
  const [move, setMove] = useState<MoveName | null>(null)
  const { t } = useWords()
  const [left, setLeft] = useState(false)
  const close = () => {
    setMove(null)
    setLeft(true)
  }
  const here = (Object.keys(MOVES) as MoveName[]).filter((name) => order.moves.includes(name) && fits(name, order))
  const chosen: Move | undefined = move === null ? undefined : MOVES[move]
  if (move !== null && chosen?.form !== undefined) {
    const onDone = async (answer?: OrderView) => {
      close()
      await done(answer)
    }
    return (
      <div className="move-form" role="group" aria-label={t(`staff-order.move.${move}`)}>
        <h3 ref={focusOnAppearing} tabIndex={-1}>
          {t(`staff-order.move.${move}`)}
        </h3>
        <chosen.form order={order} onDone={onDone} onCancel={close} />
      </div>
    )
  }
  if (here.length === 0) return <p className="hint">{t('staff-order.no-moves')}</p>
  // Once somebody was asked, asking others too is possible but not the next step.
  const lead = here.find((name) => 'leadsOn' in MOVES[name] && !(name === 'offer' && order.state === 'offered'))
  return (
    <div
      className="moves"
      role="group"
      aria-label={t('staff-order.moves')}
      tabIndex={-1}
      ref={left ? focusOnAppearing : undefined}
    >
      {here.map((name) =>
        'form' in MOVES[name] ? (
          <Button key={name} type={name === lead ? 'primary' : 'default'} onClick={() => setMove(name)}>
            {t(`staff-order.move.${name}`)}
          </Button>
        ) : (
          <Link
            key={name}
            href={`/orders/${order.id}/dispatch`}
            className={name === lead ? 'button button-primary' : 'button'}
          >
            {t(`staff-order.move.${name}`)}
          </Link>
        ),
      )}
    </div>
  )
}
