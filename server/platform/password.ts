/**
 * Passwords of staff: argon2id with OWASP's minimum (m = 19 MiB, t = 2, p = 1) in a queue of two, and the rules for a
 * new password. Passwords are compared in Unicode form NFC, so that two keyboards that compose an accent differently
 * can both sign in.
 */
import { readFileSync } from 'node:fs'
import { hash, verify, type Options } from '@node-rs/argon2'
import { limitConcurrency } from './concurrency.ts'

export const PASSWORD_CHARACTERS_MIN = 8
export const PASSWORD_CHARACTERS_MAX = 128

export type PasswordFault = 'too-short' | 'too-long' | 'too-common' | 'malformed'

// Two hashes use two cores and 38 MiB for about 16 ms each; 200 waiting are served within 2 s, later ones would time out.
const queue = limitConcurrency({ runningMax: 2, waitingMax: 200 })
// The package's defaults are argon2id, version 19, 32 bytes of output and a random salt of 16 bytes.
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
// Made of random bytes: no password is known to give it. Its parameters equal COST, so to check against it costs the same.
const NOBODYS_HASH = '$argon2id$v=19$m=19456,t=2,p=1$aQqBv+I2vOeYow5ppuaLfQ$fVV7hp9zhMBwIgV3ooqah4YhyPWdqC60lUOd87+hzf8'

let commonPasswords: ReadonlySet<string> | undefined

/** A PHC string to store. @throws QueueFullError */
export function hashPassword(password: string): Promise<string> {
  return queue(() => hash(password.normalize('NFC'), COST))
}

/** Whether `password` is the one that `storedHash` was made of. @throws QueueFullError */
export function verifyPassword(storedHash: string, password: string): Promise<boolean> {
  return queue(() => verify(storedHash, password.normalize('NFC')))
}

/** Takes as long as `verifyPassword` and answers false: for an account that does not exist. @throws QueueFullError */
export async function verifyAgainstNothing(password: string): Promise<false> {
  await verifyPassword(NOBODYS_HASH, password)
  return false
}

/**
 * What is wrong with a new password, empty when nothing is. Length is counted in code points; any character may be
 * used, and no mixture of kinds is demanded (ASVS 5.0 V6.2.5).
 */
export function passwordFaults(password: string): PasswordFault[] {
  if (!password.isWellFormed()) return ['malformed']
  const text = password.normalize('NFC')
  const faults: PasswordFault[] = []
  const length = Array.from(text).length
  if (length < PASSWORD_CHARACTERS_MIN) faults.push('too-short')
  if (length > PASSWORD_CHARACTERS_MAX) faults.push('too-long')
  if (isCommon(text)) faults.push('too-common')
  return faults
}

/** The block list, by lower case, with full-width letters and surrounding blanks taken away; or one sign repeated. */
function isCommon(text: string): boolean {
  commonPasswords ??= new Set(
    readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean),
  )
  const plain = text.normalize('NFKC').trim().toLowerCase()
  return commonPasswords.has(plain) || new Set(plain).size === 1
}
