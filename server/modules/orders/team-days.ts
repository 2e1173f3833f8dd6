/** Who goes where on one day: `crew` counts from 1, because an agency goes to several places at once. */
export interface TeamDayKey {
  readonly kind: 'agency' | 'team'
  readonly id: string
  readonly day: string
  readonly crew: number
  /** The shared vehicle with which it goes; absent without one. */
  readonly vehicleId?: string | null
}

export function teamDayId({ kind, id, day, crew, vehicleId }: TeamDayKey): string {
  return `${kind}/${id}/${day}/${crew}${vehicleId == null ? '' : `/${vehicleId}`}`
}

export function teamDayOf(text: string): TeamDayKey {
  const [kind, id, day, crew, vehicleId = null] = text.split('/')
  return { kind: kind as TeamDayKey['kind'], id: id!, day: day!, crew: Number(crew), vehicleId }
}
