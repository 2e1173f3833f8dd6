/** The door of the module: units of a district, from the centre down to the stations, and the agencies. */
export type { Holdings, UnitHolder } from './holder.ts'
export { endUnit } from './end-unit.ts'
export { openUnit } from './open-unit.ts'
export { renameUnit } from './rename-unit.ts'
export { type DistrictPlan, type PlannedUnit, setUpDistrict } from './set-up-district.ts'
export type { Unit, UnitKind } from './unit.ts'
export { findUnit, listUnits, type UnitInTree, unitNames, unitsBelow, unitsWithin } from './unit-views.ts'
export { isDemoOnly, markDemo, updatePhones } from './unit-rows.ts'
