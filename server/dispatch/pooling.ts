// Between the search's tours and the pool's columns: what the search drives goes into the pool, what the master chooses is driven.
import { addTour, type ColumnPool } from './columns.ts'
import { endOf, startOf } from './model.ts'
import { linkVisit, refreshTour, resumCosts, unlinkVisit, type Tours } from './tours.ts'

/** Puts the tours of a state that changed since the last call into the pool. */
export function poolingOf(pool: ColumnPool): (tours: Tours) => void {
  const seen = new Float64Array(pool.model.tourCount)
  return (tours) => {
    for (let v = 0; v < pool.model.tourCount; v++) {
      if (tours.size[v] === 0 || tours.tourCost[v] === seen[v]) continue
      seen[v] = tours.tourCost[v]!
      addTour(pool, v, visitsOn(tours, v))
    }
  }
}

/** The pool's columns of a state, those that are not known yet being added. */
export function columnsOf(pool: ColumnPool, tours: Tours): number[] {
  const columns: number[] = []
  for (let v = 0; v < pool.model.tourCount; v++)
    if (tours.size[v]! > 0) columns.push(addTour(pool, v, visitsOn(tours, v)))
  return columns
}

function visitsOn(tours: Tours, tour: number): number[] {
  const { model, next } = tours
  const visits: number[] = []
  const end = endOf(model, tour)
  for (let i = next[startOf(model, tour)]!; i !== end; i = next[i]!) if (i < model.visitCount) visits.push(i)
  return visits
}

/** Makes the tours drive exactly the given columns; of a class of equal team-days the first free one drives. */
export function driveColumns(pool: ColumnPool, tours: Tours, columns: readonly number[]): void {
  const { model } = pool
  for (let v = 0; v < model.tourCount; v++) {
    const visits = visitsOn(tours, v)
    for (const visit of visits) unlinkVisit(tours, visit)
    if (visits.length > 0) refreshTour(tours, v)
  }
  for (const index of columns) {
    const column = pool.columns[index]!
    const tour = pool.groups[column.group]!.tours.find((member) => tours.size[member] === 0)
    if (tour === undefined) throw new RangeError('more tours than team-days of a class')
    let after = startOf(model, tour)
    for (const visit of column.visits) {
      linkVisit(tours, tour, visit, after)
      after = visit
    }
    refreshTour(tours, tour)
  }
  resumCosts(tours)
}
