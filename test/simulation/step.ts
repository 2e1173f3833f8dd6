/**
 * One step of a simulated history, with everything that was drawn for it: it can be played again by itself, also when steps
 * before it are left out. Others are named by the step that made them, never by an id.
 */
import type { ActName } from './acts.ts'
import type { SessionAct } from './session-acts.ts'
import type { DbFault } from './faults.ts'

export interface Step {
  /** Its place in the history that was lived first; it keeps it when others are left out. */
  readonly n: number
  /** Business time, milliseconds since 1970. */
  readonly at: number
  readonly deed: Deed
}

/** An order is named by the step that placed it, and within a batch by its row: `17`, `23.1`. */
export type OrderRef = string

/** A session is named by the step that planned its activity. */
export type SessionRef = string

export interface Act {
  readonly kind: 'act'
  readonly act: ActName | SessionAct
  /** Key of a person, 'link' for the holder of the order's link, 'public' for anybody. */
  readonly by: string
  readonly order?: OrderRef
  /** A second order, into which the first is merged. */
  readonly other?: OrderRef
  readonly session?: SessionRef
  /** From which every detail of the request follows. */
  readonly draw: number
  /** Sent twice at once under one id. */
  readonly twice?: true
  /** The first try meets this; the client then tries again under the same id. */
  readonly fault?: DbFault
}

export type Deed =
  | Act
  /** A request that was sent before is sent again under its id, as it was or asking for something else. */
  | { readonly kind: 'repeat'; readonly of: number; readonly body: 'same' | 'other' }
  /** The gateway reports what became of the n-th message about an order that it took. */
  | {
      readonly kind: 'receipt'
      readonly order: OrderRef
      readonly nth: number
      readonly report: 'delivered' | 'failed'
    }
  /** The next runs of a job fail, die after their commit, or happen twice. */
  | { readonly kind: 'trouble'; readonly job: string; readonly how: JobTrouble; readonly times: number }
  /** The next sweep loses its connection at a statement. */
  | { readonly kind: 'sweep-trouble'; readonly statement: number }
  | { readonly kind: 'outage'; readonly of: 'worker' | 'gateway'; readonly minutes: number }

export type JobTrouble = 'throws' | 'dies-after-commit' | 'runs-twice'

const pad = (value: number) => String(value).padStart(2, '0')

/** 'YYYY-MM-DD hh:mm' in Beijing. */
export function whenText(at: number): string {
  const local = new Date(at + 8 * 3_600_000)
  const time = `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`
  return `${local.toISOString().slice(0, 10)} ${time}`
}

/** A line for people. */
export function describeStep({ n, at, deed }: Step): string {
  return `#${n} ${whenText(at)} ${describeDeed(deed)}`
}

function describeDeed(deed: Deed): string {
  switch (deed.kind) {
    case 'act': {
      const order = deed.order === undefined ? '' : ` order ${deed.order}`
      const other = deed.other === undefined ? '' : ` into ${deed.other}`
      const session = deed.session === undefined ? '' : ` session ${deed.session}`
      const fault = deed.fault === undefined ? '' : `, first try broken ${faultText(deed.fault)}`
      return `${deed.by}: ${deed.act}${order}${other}${session} (draw ${deed.draw})${deed.twice ? ', twice at once' : ''}${fault}`
    }
    case 'repeat':
      return `#${deed.of} is sent again${deed.body === 'other' ? ' under its id with another body' : ''}`
    case 'receipt':
      return `the gateway reports message ${deed.nth} of order ${deed.order} as ${deed.report}`
    case 'trouble':
      return `trouble: ${deed.job} ${deed.how}, ${deed.times} times`
    case 'sweep-trouble':
      return `trouble: the next sweep loses its connection at statement ${deed.statement}`
    case 'outage':
    default:
      return `the ${deed.of} is down for ${deed.minutes} minutes`
  }
}

function faultText(fault: DbFault): string {
  return fault.at === 'statement' ? `at statement ${fault.n}` : 'after its commit'
}
