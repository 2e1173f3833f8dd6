import { verifyLedger } from '#modules/points/index.ts'
import type { Command } from '../command.ts'
import { EXIT_FAULTS } from '../command-error.ts'
import { chosenDistricts } from '../installation.ts'
import { readPatiently } from '../patience.ts'

export const ledgerVerify: Command = {
  name: 'ledger verify',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t, say }) {
    const { db } = await open()
    let isSound = true
    for (const id of await chosenDistricts(db, option('district'))) {
      const { accounts, transfers, sum, faults } = await readPatiently(db, id, verifyLedger)
      if (faults.length === 0) {
        print(t('cli.ledger.fine', { id, accounts, transfers, sum }))
        continue
      }
      isSound = false
      print(t('cli.ledger.faulty', { id, accounts, transfers, sum, count: faults.length }))
      for (const { accountId, fault } of faults)
        print(`  ${say(`cli.ledger.fault.${fault}`, { account: accountId ?? '-' })}`)
    }
    return isSound ? 0 : EXIT_FAULTS
  },
}
