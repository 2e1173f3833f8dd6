import { runCommandLine } from '../../server/cli/command-line.ts'

export interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs the administrator's command line in this process, with an environment of its own. */
export async function command(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const status = await runCommandLine(argv, {
    env,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  })
  return { status, out: out.join('\n'), err: err.join('\n') }
}
