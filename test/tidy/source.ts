import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, type Program, Visitor, type VisitorObject } from 'oxc-parser'

/** The folder of this clone. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const FOLDERS_LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'data', 'coverage', 'test-results'])

/** Paths below a folder of the tree, relative to its root and in order, whose names match. */
export function filesBelow(root: string, folder: string, name: RegExp): string[] {
  const found: string[] = []
  const visit = (inner: string) => {
    for (const entry of readdirSync(join(root, inner), { withFileTypes: true })) {
      const path = posix.join(inner, entry.name)
      if (entry.isDirectory()) {
        if (!FOLDERS_LEFT_OUT.has(entry.name)) visit(path)
      } else if (entry.isFile() && name.test(entry.name)) found.push(path)
    }
  }
  visit(folder)
  return found.sort()
}

export function textOf(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** A test, or what only tests use: it may import anything, and the limits of functions do not hold for it. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.startsWith('bench/') || /\.test\.tsx?$/u.test(path)
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly program: Program
  /** What it imports of ours, as paths from the root; packages are left out. */
  readonly imports: readonly string[]
  lineAt(offset: number): number
}

/** Reads and parses program files; one that does not parse is an error, so that no checker passes over it. */
export function sourcesOf(root: string, folders: readonly string[]): Source[] {
  return folders
    .flatMap((folder) => filesBelow(root, folder, /\.(?:ts|tsx|js)$/u))
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => parse(root, path))
}

function parse(root: string, path: string): Source {
  const text = textOf(root, path)
  const { program, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]!.message}`)
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map(
      (one) => /^(['"])(.*)\1$/u.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end))?.[2],
    ),
  ]
  const imports = new Set(
    specifiers.flatMap((specifier) => (specifier === undefined ? [] : (ownPath(path, specifier) ?? []))),
  )
  return { path, text, program, imports: [...imports], lineAt: (offset) => text.slice(0, offset).split('\n').length }
}

// The package imports of package.json.
const PACKAGE_IMPORTS = {
  '#platform/': 'server/platform/',
  '#modules/': 'server/modules/',
  '#contract/': 'contract/',
  '#i18n/': 'i18n/',
} as const

function ownPath(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier.replace(/\?.*$/u, ''))
  for (const [prefix, folder] of Object.entries(PACKAGE_IMPORTS)) {
    if (specifier.startsWith(prefix)) return folder + specifier.slice(prefix.length)
  }
  return undefined
}

export interface Literal {
  readonly text: string
  readonly line: number
}

/** Every text in the code: string literals, template literals (values replaced by ` ? `) and the text of JSX. */
export function literalsOf(source: Source): Literal[] {
  const found: Literal[] = []
  const add = (text: string, offset: number) => found.push({ text, line: source.lineAt(offset) })
  walk(source, {
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value, node.start)
    },
    TemplateLiteral: (node) => add(node.quasis.map((quasi) => quasi.value.raw).join(' ? '), node.start),
    JSXText: (node) => add(node.value, node.start),
  })
  return found
}

export interface FunctionLines {
  readonly name: string
  readonly line: number
  /** Lines with code: blank lines and lines that hold only comment do not count. */
  readonly lines: number
}

export function functionsOf(source: Source): FunctionLines[] {
  const found: FunctionLines[] = []
  const { comments } = parseSync(source.path, source.text)
  let bare = source.text
  for (const { start, end } of comments) {
    bare = bare.slice(0, start) + bare.slice(start, end).replace(/[^\n]/gu, ' ') + bare.slice(end)
  }
  const add = (node: { start: number; end: number }, name: string) => {
    const lines = bare
      .slice(node.start, node.end)
      .split('\n')
      .filter((line) => line.trim() !== '').length
    found.push({ name, line: source.lineAt(node.start), lines })
  }
  walk(source, {
    FunctionDeclaration: (node) => add(node, node.id?.name ?? 'function'),
    FunctionExpression: (node) => add(node, node.id?.name ?? 'function'),
    ArrowFunctionExpression: (node) => add(node, 'arrow function'),
  })
  return found
}

function walk(source: Source, visitor: VisitorObject): void {
  new Visitor(visitor).visit(source.program)
}
