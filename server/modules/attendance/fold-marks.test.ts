import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMinutes, startOfDate } from '#platform/dates.ts'
import { foldMarks, type KeptMark } from './fold-marks.ts'

const at = (minute: number) => addMinutes(startOfDate('2026-03-02'), minute)
const mark = fc.record({
  id: fc.uuid(),
  direction: fc.constantFrom('in', 'out'),
  at: fc.integer({ min: 0, max: 90 }).map(at),
  method: fc.constantFrom('rotating-code', 'list-tick', 'paper'),
  isOffline: fc.boolean(),
  recordedBy: fc.option(fc.uuid()),
  score: fc.integer({ min: 0, max: 100 }),
  reasons: fc.uniqueArray(fc.constantFrom('paper', 'list-tick', 'offline', 'not-signed-up')),
}) satisfies fc.Arbitrary<KeptMark>
const marks = fc.uniqueArray(mark, { minLength: 1, maxLength: 8, selector: (one) => one.id })

test('what marks say together does not depend on their order', () => {
  fc.assert(
    fc.property(
      marks.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(foldMarks(shuffled)).toEqual(foldMarks(all))
      },
    ),
  )
})

test('the first check-in and the last check-out after it count, with the lowest score and every reason', () => {
  fc.assert(
    fc.property(marks, (all) => {
      const ins = all.filter((one) => one.direction === 'in')
      const folded = foldMarks(all)
      if (ins.length === 0) {
        expect(folded).toBeUndefined()
        return
      }
      const from = Math.min(...ins.map((one) => one.at.getTime()))
      const ends = all.filter((one) => one.direction === 'out' && one.at.getTime() >= from)
      expect(folded!.from.getTime()).toBe(from)
      expect(folded!.until?.getTime()).toBe(
        ends.length === 0 ? undefined : Math.max(...ends.map((one) => one.at.getTime())),
      )
      expect(folded!.score).toBe(Math.min(...all.map((one) => one.score)))
      for (const { reasons } of all) expect(folded!.reasons).toEqual(expect.arrayContaining(reasons))
    }),
  )
})
