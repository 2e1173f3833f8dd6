import { type Client, expectTrue, PUBLIC } from './client.ts'

/** Where a play happens: the server, its clock, and the numbered lines that tell what was done and who saw it. */
export interface Stage {
  readonly client: Client
  /** One line of the play; `act` does it, and what it throws ends the play. */
  readonly step: <T>(who: string, what: string, act: () => Promise<T>) => Promise<T>
  /** Business time now. */
  readonly now: () => Promise<Date>
  /** Moves business time forward to an instant; what falls due on the way is settled when this returns. */
  readonly moveTo: (instant: Date) => Promise<Date>
  readonly steps: () => number
  readonly seconds: () => string
}

const MINUTE = 60_000

export function openStage(client: Client, say: (line: string) => void = (line) => console.log(line)): Stage {
  const begun = performance.now()
  let count = 0
  const now = async (): Promise<Date> => {
    const clock = await client.call(PUBLIC, 'readClock')
    expectTrue('the server is a demonstration whose clock can be moved', clock.canShift)
    return new Date(clock.now)
  }
  return {
    client,
    async step(who, what, act) {
      count += 1
      say(`${String(count).padStart(3)}  ${who}: ${what}`)
      return act()
    },
    now,
    async moveTo(instant) {
      const minutes = Math.ceil((instant.getTime() - (await now()).getTime()) / MINUTE)
      if (minutes < 1) return now()
      const moved = await client.call(PUBLIC, 'shiftClock', { body: { minutes } })
      return new Date(moved.now)
    },
    steps: () => count,
    seconds: () => ((performance.now() - begun) / 1000).toFixed(1),
  }
}

export function minutesAfter(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * MINUTE)
}
