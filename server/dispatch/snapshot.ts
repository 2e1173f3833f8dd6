import { endOf, startOf, type Model } from './model.ts'
import { linkElement, linkVisit, refreshTour, resumCosts, unlinkElement, unlinkVisit, type Tours } from './tours.ts'

/** A copy of which element follows which: enough to restore a state. */
export interface Snapshot {
  readonly next: Int32Array
}

export function snapshotOf(tours: Tours): Snapshot {
  return { next: Int32Array.from(tours.next) }
}

export function takeSnapshot(tours: Tours, into: Snapshot): void {
  into.next.set(tours.next)
}

/** Empties every tour. */
function clearTours(tours: Tours): void {
  const { model } = tours
  for (let v = 0; v < model.tourCount; v++) {
    const elements = elementsOf(model, tours.next, v)
    for (const element of elements) {
      if (element < model.visitCount) unlinkVisit(tours, element)
      else unlinkElement(tours, element)
    }
    if (elements.length > 0) refreshTour(tours, v)
  }
}

/** Brings the tours back to a snapshot, with sums made afresh. */
export function restoreSnapshot(tours: Tours, snapshot: Snapshot): void {
  const { model } = tours
  clearTours(tours)
  for (let v = 0; v < model.tourCount; v++) {
    let after = startOf(model, v)
    for (const element of elementsOf(model, snapshot.next, v)) {
      if (element < model.visitCount) linkVisit(tours, v, element, after)
      else linkElement(tours, element, after)
      after = element
    }
    if (after !== startOf(model, v)) refreshTour(tours, v)
  }
  resumCosts(tours)
}

/** The elements of a tour between its start and its end. */
function elementsOf(model: Model, next: Int32Array, tour: number): number[] {
  const elements: number[] = []
  const end = endOf(model, tour)
  for (let i = next[startOf(model, tour)]!; i !== end; i = next[i]!) elements.push(i)
  return elements
}
