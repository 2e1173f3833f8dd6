// The nightly checks against a population whose cheats are known: nearly all are found, and few honest people are asked about.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { randomOf } from '../../../test/chaos/random.ts'
import { type Plant, type Population, volunteerPopulation } from '../../../test/support/volunteer-population.ts'
import { findSuspicions } from './find-suspicions.ts'
import type { Suspicion, Thresholds } from './suspicion-facts.ts'

const RECALL_MIN = 0.95
const PRECISION_MIN = 0.9
const SCALE = 1_000_000

const defaults = JSON.parse(
  await readFile(new URL('../../../db/seed/defaults/hours.json', import.meta.url), 'utf8'),
) as { rule: { thresholds: Thresholds } }

test.each([1, 2, 3, 4, 5])('population %i: planted cheats are found, and honest oddities are not', (seed) => {
  const random = randomOf(seed)
  const population = volunteerPopulation(() => random.below(SCALE) / SCALE)
  const { services, deadlines, plants } = population
  expect(services.length).toBeGreaterThan(10_000)
  const suspicions = findSuspicions({ services, deadlines, ties: [], thresholds: defaults.rule.thresholds })
  const missed = plants.filter((plant) => !suspicions.some((suspicion) => isAbout(suspicion, plant)))
  const wrong = suspicions.filter((suspicion) => !touchesAPlant(suspicion, population))
  const told = { missed: countByRule(missed), wrong: countByRule(wrong) }
  expect(1 - missed.length / plants.length, JSON.stringify(told)).toBeGreaterThanOrEqual(RECALL_MIN)
  expect(1 - wrong.length / suspicions.length, JSON.stringify(told)).toBeGreaterThanOrEqual(PRECISION_MIN)
})

/** A suspicion of the right rule that names most of those who cheated and one of their records at least. */
function isAbout(suspicion: Suspicion, plant: Plant): boolean {
  const named = plant.personIds.filter((id) => suspicion.personIds.includes(id)).length
  return (
    suspicion.rule === plant.rule &&
    named * 2 > plant.personIds.length &&
    plant.recordIds.some((id) => suspicion.recordIds.includes(id))
  )
}

function touchesAPlant(suspicion: Suspicion, { plants }: Population): boolean {
  return plants.some(({ recordIds }) => recordIds.some((id) => suspicion.recordIds.includes(id)))
}

function countByRule(rows: readonly { readonly rule: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { rule } of rows) counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}
