/**
 * Waits for the lock file `path` and holds it until `release` or the end of this process, however it ends.
 * `onWait` is told once which process is in the way. Throws when `waitMilliseconds` have passed.
 */
export function holdProcessLock(
  path: string,
  options: { waitMilliseconds: number; onWait?: (pid: number) => void },
): Promise<{ release(): void }>
