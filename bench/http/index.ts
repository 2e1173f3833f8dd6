/** npm run bench -- http: the full stack against the database alone. */
export async function run(options: readonly string[]): Promise<void> {
  console.error(`Nothing is measured yet (${options.join(' ')}).`)
  process.exit(1)
}
