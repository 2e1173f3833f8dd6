import type { Dice } from './dice.ts'
import type { OfferAnswer, Twists } from './planned.ts'

const STARS = [
  [0.02, 1],
  [0.06, 2],
  [0.15, 3],
  [0.4, 4],
] as const

/** What goes wrong with an order, and how its requester judges; decided by its number alone. */
export function twistsOf(
  dice: Dice,
  no: number,
  how: { isBrisk: boolean; daysLeft: number; isShort: boolean; exit: number; isUnheard: boolean },
): Twists {
  const { isBrisk } = how
  const rarely = (what: string, share: number) => !isBrisk && dice.roll(what, no) < share
  const starsRoll = dice.roll('stars', no)
  const isSilent = how.isUnheard || rarely('silent', 0.22)
  return {
    isBrisk,
    triageLate: rarely('triage-late', 0.03),
    answers: [answerOf(dice, no, isBrisk, 1), answerOf(dice, no, isBrisk, 2), 'accept'],
    claim: isBrisk || dice.roll('claim', no) < 0.7,
    isReturned: rarely('return', 0.012),
    isPaused: rarely('pause', 0.012),
    isDisputed: rarely('dispute', 0.012) && !how.isUnheard,
    isReopened: rarely('reopen', 0.02) && !isSilent,
    isDeferred: rarely('defer', 0.008) && how.daysLeft > 180 && !how.isUnheard,
    opensPage: dice.roll('opens-page', no) < 0.5,
    confirmsFirst: dice.roll('confirms-first', no) < 0.55,
    isSilent,
    stars: STARS.find(([until]) => starsRoll < until)?.[1] ?? 5,
    callsInVain: how.isUnheard ? 3 : dice.pick([0, 0, 0, 1, 1, 2], 'calls-in-vain', no),
    repeats: null,
    exit: how.exit,
  }
}

function answerOf(dice: Dice, no: number, isBrisk: boolean, turn: number): OfferAnswer {
  const share = isBrisk ? 1 : dice.roll('answer', no, turn)
  if (share < 0.05) return 'decline'
  return share < 0.09 ? 'silent' : 'accept'
}
