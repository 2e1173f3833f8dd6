import { isTest, literalsOf, functionsOf, type Source } from './source.ts'

export interface Fault {
  readonly where: string
  readonly fault: string
}

export interface Architecture {
  /** What each layer may import beside itself. */
  readonly layers: Readonly<Record<string, readonly string[]>>
  /** Which modules each module may use, through their doors. */
  readonly modules: Readonly<Record<string, readonly string[]>>
  /** Modules that may use the pure optimiser. */
  readonly dispatchUsers: readonly string[]
  /** Which module, or the platform, writes each table. */
  readonly tableOwners: Readonly<Record<string, string>>
}

interface Place {
  readonly layer: string
  /** The module or the web application. */
  readonly name: string
  readonly file: string
}

/** Where a file stands in the table; undefined for what no rule is about, such as data. */
export function placeOf(path: string): Place | undefined {
  const parts = path.split('/')
  const file = parts.at(-1)!
  const [top, second, third] = parts
  if (top === 'contract' || top === 'i18n') return { layer: top, name: '', file }
  if (top === 'web') return { layer: second === 'shared' ? 'web-shared' : 'web', name: second!, file }
  if (top === 'server' && parts.length === 2) return { layer: 'composition', name: '', file }
  if (top === 'server' && second === 'modules') return { layer: 'module', name: third!, file }
  if (top === 'server') return { layer: second!, name: '', file }
  if (top === 'test' || top === 'bench' || top === 'scripts') return { layer: top, name: '', file }
  return undefined
}

/** Imports against the table: layers, modules, and doors. */
export function importFaults(sources: readonly Source[], table: Architecture): Fault[] {
  return sources
    .filter((source) => !isTest(source.path))
    .flatMap((source) =>
      source.imports.flatMap((target) => {
        const fault = importFault(source.path, target, table)
        return fault === undefined ? [] : [{ where: source.path, fault: `${fault}: ${target}` }]
      }),
    )
}

function importFault(from: string, target: string, table: Architecture): string | undefined {
  const [a, b] = [placeOf(from), placeOf(target)]
  if (a === undefined || b === undefined || a.layer === 'scripts') return undefined
  if (a.layer === 'module' && table.modules[a.name] === undefined) return `the table does not know the module ${a.name}`
  if (a.layer === b.layer && a.name === b.name) return undefined
  const allowed = table.layers[a.layer]
  if (allowed === undefined) return `the table does not know the layer ${a.layer}`
  if (a.layer === 'module' && b.layer === 'module') {
    if (!table.modules[a.name]!.includes(b.name)) return `${a.name} may not use ${b.name}`
    return b.file === 'index.ts' ? undefined : 'another module is entered through its index.ts only'
  }
  if (a.layer === 'module' && b.layer === 'contract')
    return a.file.startsWith('routes') ? undefined : 'only the routes of a module import the contract'
  if (a.layer === 'module' && b.layer === 'dispatch')
    return table.dispatchUsers.includes(a.name) ? undefined : `${a.name} may not use the optimiser`
  if (!allowed.includes(b.layer)) return `${a.layer} may not import ${b.layer}`
  if (b.layer === 'module' && !/^(?:index|routes[\w-]*|jobs|permissions)\.ts$/u.test(b.file))
    return 'a module is entered through index.ts, routes.ts, jobs.ts or permissions.ts'
  return undefined
}

/** Circles of imports, types included; each is named once. */
export function cycleFaults(sources: readonly Source[]): Fault[] {
  const imports = new Map(sources.map((source) => [source.path, source.imports]))
  const done = new Set<string>()
  const faults: Fault[] = []
  const visit = (path: string, trail: readonly string[]) => {
    const before = trail.indexOf(path)
    if (before >= 0) {
      faults.push({ where: path, fault: `imports itself: ${[...trail.slice(before), path].join(' → ')}` })
      return
    }
    if (done.has(path)) return
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of imports.keys()) visit(path, [])
  return faults
}

const WRITES = [
  /\binsert\s+into\s+([a-z_]+)/giu,
  /\bdelete\s+from\s+([a-z_]+)/giu,
  /\bmerge\s+into\s+([a-z_]+)/giu,
  /\bupdate\s+([a-z_]+)(?:\s+(?:as\s+)?(?!set\b)[a-z_]+)?\s+set\b/giu,
] as const

export interface TableWrite {
  readonly where: string
  readonly writer: string
  readonly table: string
}

/** Every statement that writes a table, found in the texts of the code. */
export function tableWrites(sources: readonly Source[]): TableWrite[] {
  return sources
    .filter((source) => !isTest(source.path))
    .flatMap((source) =>
      literalsOf(source).flatMap(({ text, line }) =>
        WRITES.flatMap((pattern) => [...text.matchAll(pattern)]).map((match) => ({
          where: `${source.path}:${line}`,
          writer: writerOf(source.path),
          table: match[1]!.toLowerCase(),
        })),
      ),
    )
}

function writerOf(path: string): string {
  const place = placeOf(path)
  return place?.layer === 'module' ? place.name : (place?.layer ?? path)
}

export function ownerFaults(writes: readonly TableWrite[], owners: Architecture['tableOwners']): Fault[] {
  return writes
    .filter((write) => owners[write.table] !== write.writer)
    .map((write) => ({
      where: write.where,
      fault: `${write.writer} writes ${write.table}, which belongs to ${owners[write.table] ?? 'nobody in the table'}`,
    }))
}

export function functionFaults(sources: readonly Source[], linesMax: number): Fault[] {
  return sources
    .filter((source) => !isTest(source.path))
    .flatMap((source) =>
      functionsOf(source)
        .filter((one) => one.lines > linesMax)
        .map((one) => ({ where: `${source.path}:${one.line}`, fault: `${one.name} has ${one.lines} lines` })),
    )
}
