import { Button } from 'antd'
import { Link } from 'wouter'
import type { FirstStep } from '../../../../contract/first-steps.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { Page } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, useIntent } from '../../parts/use-call.ts'
import { useFirstSteps } from './use-first-steps.ts'

type Step = AnswerOf<'readFirstSteps'>['steps'][number]

/** Where each step is taken; the others are no screen's matter, and their text says whose. */
const SCREENS: Partial<Readonly<Record<FirstStep, string>>> = {
  units: '/units',
  people: '/people',
  telephones: '/people',
  offerings: '/catalogue',
  budget: '/points',
}

/** What a district does between its first administrator and its first order; the page goes when all of it is done. */
export function FirstStepsScreen() {
  const { t } = useWords()
  const { read } = useFirstSteps({ staleTime: 0 })
  const left = read.data?.steps.filter(isOpen).length ?? 0
  return (
    <Page
      title={t('staff-office.first-menu')}
      width="reading"
      {...(read.data?.isOver === false && {
        lead: t('staff-office.first-lead', { done: read.data.steps.length - left, left }),
      })}
    >
      <ReadState read={read} lines={8}>
        {({ steps, isOver }) => (
          <>
            {isOver && (
              <Empty title={t('staff-office.first-over')}>
                <Link href="/people">{t('staff.menu.people')}</Link>
              </Empty>
            )}
            {steps.length > 0 && (
              <ol className="first-steps">
                {steps.map((step) => (
                  <StepItem key={step.step} step={step} />
                ))}
              </ol>
            )}
          </>
        )}
      </ReadState>
    </Page>
  )
}

const isOpen = ({ isDone, isTicked }: Step) => !isDone && !isTicked

function StepItem({ step }: { readonly step: Step }) {
  const { t } = useWords()
  const screen = SCREENS[step.step]
  return (
    <li className="sheet" aria-labelledby={`first-${step.step}`}>
      <header className="sheet-head">
        <h2 id={`first-${step.step}`}>{t(`staff-office.first.${step.step}`)}</h2>
        <StepState step={step} />
      </header>
      <StepText step={step} />
      {(screen !== undefined || !step.isDone) && (
        <div className="form-buttons">
          {screen !== undefined && (
            <Link href={screen} className={isOpen(step) ? 'button button-primary' : 'button'}>
              {t(`staff-office.first-go.${step.step as keyof typeof SCREENS & ScreenStep}`)}
            </Link>
          )}
          <Tick step={step} />
        </div>
      )}
    </li>
  )
}

type ScreenStep = 'units' | 'people' | 'telephones' | 'offerings' | 'budget'

function StepState({ step: { step, isDone, isTicked } }: { readonly step: Step }) {
  const { t } = useWords()
  if (isDone || (isTicked && step === 'units'))
    return <span className="fresh fresh-fresh">{t('staff-office.first-done')}</span>
  if (isTicked) return <span className="fresh">{t('staff-office.first-later')}</span>
  return <span className="fresh fresh-soon">{t('staff-office.first-open')}</span>
}

function StepText({ step: { step, isDone, counts, rolesMissing } }: { readonly step: Step }) {
  const { t, named, locale } = useWords()
  const count = (name: string) => counts[name] ?? 0
  const roles = new Intl.ListFormat(locale, { type: 'conjunction' }).format(
    rolesMissing.map((role) => named('people.role', role)),
  )
  switch (step) {
    case 'units':
      return (
        <p>
          {t('staff-office.first-text.units', {
            institutes: count('institutes'),
            stations: count('stations'),
            agencies: count('agencies'),
          })}{' '}
          {count('placeholders') > 0 && t('staff-office.first-placeholders', { count: count('placeholders') })}
        </p>
      )
    case 'people':
      return (
        <p>
          {isDone ? t('staff-office.first-text.people') : t('staff-office.first-roles-missing', { roles })}{' '}
          {count('pending') > 0 && t('staff-office.first-pending', { count: count('pending') })}
        </p>
      )
    case 'telephones':
      return <p>{t('staff-office.first-text.telephones', { with: count('with'), of: count('of') })}</p>
    case 'offerings':
      return <p>{t('staff-office.first-text.offerings', { shown: count('shown'), hidden: count('hidden') })}</p>
    case 'messages':
      return <p>{isDone ? t('staff-office.first-text.messages') : t('staff-office.first-no-gateway')}</p>
    case 'calendar':
      return (
        <p>
          {isDone
            ? t('staff-office.first-text.calendar', { until: String(count('until')) })
            : t('staff-office.first-no-holidays', { year: String(count('year')) })}
        </p>
      )
    case 'budget':
      return <p>{t('staff-office.first-text.budget', { issued: count('issued') })}</p>
    default:
      return step satisfies never
  }
}

/** The units are ticked when they were looked over; every other step that is not done can be left for later. */
function Tick({ step: { step, isDone, isTicked } }: { readonly step: Step }) {
  const { t } = useWords()
  const forget = useForget()
  const tick = useIntent('tickFirstStep', () => forget('readFirstSteps'))
  if (isDone) return null
  const text = isTicked ? 'first-untick' : step === 'units' ? 'first-looked-over' : 'first-leave'
  return (
    <>
      <Button
        loading={tick.pending}
        onClick={() => void tick.run({ params: { step }, body: { isTicked: !isTicked } })}
        aria-describedby={`first-${step}`}
      >
        {t(`staff-office.${text}`)}
      </Button>
      <ProblemAlert problem={tick.problem} />
    </>
  )
}
