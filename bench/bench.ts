// npm run bench -- NAME [--json] [options]: measures one thing and prints one table. Figures are in bench/RESULTS.md.

/** One measurement: prints its table and returns what `--json` prints, one object of figures. */
export interface Bench {
  run(options: readonly string[]): Promise<void>
}

// A folder of this name below bench/ with an index.ts; loaded only when asked for.
const BENCHES: Readonly<Record<string, string>> = {
  http: 'the full stack against the database alone: orders, lists, status changes, memory, start',
  checkin: 'check-ins against the database alone, five thousand at once, and hours at two million entries',
  scale: 'the hot queries at ten thousand to a million orders',
  candidates: 'who could serve an order: the answer behind a dispatcher’s click, with 631 teams',
  import: 'lists of thousands of volunteers, with bad rows to find',
  dispatch: 'the optimiser on public and generated instances',
}

const [name, ...options] = process.argv.slice(2)
if (name === undefined || !(name in BENCHES)) {
  const names = Object.entries(BENCHES).map(([key, text]) => `  ${key.padEnd(10)} ${text}`)
  console.error(`npm run bench -- NAME [--json]\n\n${names.join('\n')}`)
  process.exit(name === undefined ? 0 : 64)
}
// The name is one of the table above, so nothing else can be loaded.
const bench = (await import(`./${name}/index.ts`)) as Bench
await bench.run(options)
