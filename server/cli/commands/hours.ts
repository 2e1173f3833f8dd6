import { verifyHoursIn } from '#modules/hours/index.ts'
import type { Command } from '../command.ts'
import { EXIT_FAULTS } from '../command-error.ts'
import { chosenDistricts } from '../installation.ts'
import { readPatiently } from '../patience.ts'

export const hoursVerify: Command = {
  name: 'hours verify',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t, say }) {
    const { db } = await open()
    let isSound = true
    for (const id of await chosenDistricts(db, option('district'))) {
      const { sealed, unsealed, records, faults } = await readPatiently(db, id, (tx) => verifyHoursIn(tx))
      if (faults.length === 0) {
        print(t('cli.hours.fine', { id, sealed, unsealed, records }))
        continue
      }
      isSound = false
      print(t('cli.hours.faulty', { id, sealed, unsealed, count: faults.length }))
      for (const { seq, itemId, fault } of faults)
        print(`  ${say(`cli.hours.fault.${fault}`, { seq: seq ?? '-', item: itemId ?? '-' })}`)
    }
    return isSound ? 0 : EXIT_FAULTS
  },
}
