import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVIDENCE_LINE, type EvidenceFacts, judgeEvidence, kilometresBetween } from './evidence.ts'
import { overlapping, type Stay } from './settle-overlaps.ts'

const PLAIN: EvidenceFacts = {
  method: 'rotating-code',
  windowsOld: 0,
  isDayPass: false,
  isOffline: false,
  hoursLate: 0,
  isClockAhead: false,
  isSignedUp: true,
  othersOnDevice: 0,
  isOverlapping: false,
  travel: null,
  gapsSeconds: [],
  isNear: null,
}
const judge = (facts: Partial<EvidenceFacts>) => judgeEvidence({ ...PLAIN, ...facts })

describe('evidence', () => {
  test('a fresh code read by somebody who signed up is beyond doubt', () => {
    expect(judge({})).toEqual({ score: 100, reasons: [] })
  })

  test.each([
    [{ windowsOld: 1 }, 'previous-window'],
    [{ isDayPass: true }, 'day-pass'],
    [{ method: 'phone-code' }, 'by-phone'],
    [{ method: 'list-tick' }, 'list-tick'],
    [{ method: 'paper' }, 'paper'],
    [{ isOffline: true, hoursLate: 72 }, 'offline'],
    [{ isSignedUp: false }, 'not-signed-up'],
    [{ othersOnDevice: 2 }, 'device-shared'],
    [{ isNear: false }, 'far-away'],
  ] as const)('what happens to honest people stays above the line: %o', (facts, reason) => {
    const { score, reasons } = judge(facts)
    expect(reasons).toEqual([reason])
    expect(score).toBeGreaterThanOrEqual(EVIDENCE_LINE)
  })

  test.each([
    [{ isOverlapping: true }, 'overlap'],
    [{ othersOnDevice: 3 }, 'device-shared-widely'],
    [{ travel: { kilometres: 40, minutes: 10 } }, 'impossible-travel'],
    [{ gapsSeconds: [2, 2, 2.1, 2, 1.9, 2] }, 'burst-rhythm'],
    [{ isClockAhead: true }, 'clock-ahead'],
  ] as const)('what nobody does by themselves waits for confirmation: %o', (facts, reason) => {
    const { score, reasons } = judge(facts)
    expect(reasons).toEqual([reason])
    expect(score).toBeLessThan(EVIDENCE_LINE)
  })

  test('a queue at the door, a couple with one phone and the next village are no signs', () => {
    expect(judge({ gapsSeconds: [2, 7, 3, 1, 9, 4] }).reasons).toEqual([])
    expect(judge({ gapsSeconds: [0, 0, 0, 0, 0, 0] }).reasons).toEqual([])
    expect(judge({ othersOnDevice: 1 }).reasons).toEqual([])
    expect(judge({ travel: { kilometres: 4, minutes: 0 } }).reasons).toEqual([])
    expect(judge({ travel: { kilometres: 40, minutes: 30 } }).reasons).toEqual([])
  })

  test('more signs never raise the score, which stays within its range', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.nat(6),
        fc.constantFrom('rotating-code' as const, 'list-tick' as const, 'paper' as const),
        (isOffline, isOverlapping, othersOnDevice, method) => {
          const more = judge({ isOffline, isOverlapping, othersOnDevice, method })
          const less = judge({ isOffline, othersOnDevice, method })
          expect(more.score).toBeLessThanOrEqual(less.score)
          expect(more.score).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })

  test('distances are those of the globe', () => {
    const yanqing = { latitude: 40.4567, longitude: 115.975 }
    expect(kilometresBetween(yanqing, yanqing)).toBe(0)
    expect(kilometresBetween(yanqing, { latitude: 39.9042, longitude: 116.4074 })).toBeCloseTo(71.6, 0)
  })
})

describe('overlaps', () => {
  const stay = fc.record({
    id: fc.uuid(),
    subjectId: fc.uuid(),
    from: fc.nat(300).map((minute) => new globalThis.Date(minute * 60_000)),
    minutes: fc.option(fc.nat(120), { nil: null }),
    isFixed: fc.boolean(),
  })
  const stays = fc.uniqueArray(stay, { maxLength: 12, selector: (one) => one.subjectId }).map((list) =>
    list.map(({ minutes, ...one }): Stay => ({
      ...one,
      until: minutes === null ? null : new globalThis.Date(one.from.getTime() + minutes * 60_000),
    })),
  )

  test('what counts never overlaps, and the answer does not depend on the order', () => {
    fc.assert(
      fc.property(stays, fc.func(fc.nat()), (list, weight) => {
        const waiting = overlapping(list)
        const shuffled = list.toSorted((a, b) => weight(a.id) - weight(b.id))
        expect(overlapping(shuffled)).toEqual(waiting)
        const counted = list.filter((one) => !waiting.has(one.id))
        for (const a of counted)
          for (const b of counted) {
            const end = (one: Stay) => one.until?.getTime() ?? Infinity
            const isEmpty = end(a) === a.from.getTime() || end(b) === b.from.getTime()
            if (a !== b && !isEmpty) expect(a.from.getTime() < end(b) && b.from.getTime() < end(a)).toBe(false)
          }
      }),
    )
  })
})
