/** Who goes where on one day: `crew` counts from 1, because an agency goes to several places at once. */
export interface TeamDayKey {
  readonly kind: 'agency' | 'team'
  readonly id: string
  readonly day: string
  readonly crew: number
}

export function teamDayId({ kind, id, day, crew }: TeamDayKey): string {
  return `${kind}/${id}/${day}/${crew}`
}

export function teamDayOf(text: string): TeamDayKey {
  const [kind, id, day, crew] = text.split('/')
  return { kind: kind as TeamDayKey['kind'], id: id!, day: day!, crew: Number(crew) }
}
