/**
 * Reference data in memory: units, categories, calendars, limits. Each transaction reads its district's stamp when it
 * begins; what was loaded under another stamp is not used any more. So a change holds in every process from its commit on,
 * and nothing has to be told.
 */
export interface References {
  get<Value>(districtId: number, stamp: string, key: string, load: () => Promise<Value>): Promise<Value>
}

// Of one district some megabytes (its tree of units); beyond these numbers the memory starts afresh.
const DISTRICTS_MAX = 200
const KEYS_MAX = 2_000

export function openReferences(): References {
  const districts = new Map<number, { readonly stamp: string; readonly values: Map<string, unknown> }>()
  return {
    async get<Value>(districtId: number, stamp: string, key: string, load: () => Promise<Value>): Promise<Value> {
      let known = districts.get(districtId)
      if (known?.stamp !== stamp || known.values.size >= KEYS_MAX) {
        if (districts.size >= DISTRICTS_MAX) districts.clear()
        known = { stamp, values: new Map() }
        districts.set(districtId, known)
      }
      if (known.values.has(key)) return known.values.get(key) as Value
      // Not shared with others who ask meanwhile: each loads in its own transaction, which may fail.
      const value = await load()
      known.values.set(key, value)
      return value
    },
  }
}
