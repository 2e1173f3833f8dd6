import type { Offering } from '../../../../contract/catalogue.ts'
import type { CallInput } from '../../../shared/api-client.ts'
import type { Named, ProviderChoice } from '../../parts/pickers.tsx'

type OfferingBody = NonNullable<CallInput<'createOffering'>['body']>

/** What the form holds: as the body of the route, except that pickers hold names too and lists of words are typed as one text. */
export interface OfferingValues extends Omit<
  OfferingBody,
  'provider' | 'areaUnitIds' | 'venueNeeds' | 'licenceNeeds' | 'blackoutDays'
> {
  readonly provider: ProviderChoice | null
  readonly areaUnitIds: readonly Named[]
  readonly venueNeeds: string
  readonly licenceNeeds: string
  readonly blackoutDays: string
}

/** Both commas and line breaks part the words. */
const SEPARATORS = /[\n,\uFF0C\u3001]+/u

function wordsOf(text: string): string[] {
  return text
    .split(SEPARATORS)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

export function valuesOf(offering: Offering | undefined): Partial<OfferingValues> {
  if (offering === undefined) {
    return {
      titleEn: null,
      summary: '',
      summaryEn: null,
      targetGroups: ['all'],
      areaUnitIds: [],
      durationMinutes: 60,
      headcountMin: 1,
      headcountMax: 50,
      leadWorkingDays: 3,
      monthlyQuota: null,
      venueNeeds: '',
      licenceNeeds: '',
      openHours: [],
      blackoutDays: '',
      isRisky: false,
      provider: null,
    }
  }
  return {
    categoryId: offering.category.id,
    provider: offering.provider,
    title: offering.title,
    titleEn: offering.titleEn,
    summary: offering.summary,
    summaryEn: offering.summaryEn,
    targetGroups: offering.targetGroups,
    areaUnitIds: offering.areaUnitIds.map((id, at) => ({ id, name: offering.areaNames[at] ?? id })),
    durationMinutes: offering.durationMinutes,
    headcountMin: offering.headcountMin,
    headcountMax: offering.headcountMax,
    leadWorkingDays: offering.leadWorkingDays,
    monthlyQuota: offering.monthlyQuota,
    venueNeeds: offering.venueNeeds.join('\n'),
    licenceNeeds: offering.licenceNeeds.join('\n'),
    openHours: offering.openHours,
    blackoutDays: offering.blackoutDays.join('\n'),
    isRisky: offering.isRisky,
  }
}

export function bodyOf(values: OfferingValues): OfferingBody {
  const { provider, areaUnitIds, venueNeeds, licenceNeeds, blackoutDays, titleEn, summaryEn, ...rest } = values
  return {
    ...rest,
    titleEn: titleEn === '' ? null : titleEn,
    summaryEn: summaryEn === '' ? null : summaryEn,
    provider: { kind: provider?.kind ?? 'agency', id: provider?.id ?? '' },
    areaUnitIds: areaUnitIds.map(({ id }) => id),
    venueNeeds: wordsOf(venueNeeds),
    licenceNeeds: wordsOf(licenceNeeds),
    blackoutDays: wordsOf(blackoutDays),
  }
}
