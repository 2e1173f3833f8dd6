import { migrate } from '#platform/migrate.ts'
import type { Command } from '../command.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  usage: '',
  options: {},
  words: 0,
  async run({ open, print, t }) {
    const { url } = await open({ mayCreate: true, anySchema: true })
    const { applied, head } = await migrate(url)
    print(
      applied.length === 0
        ? t('cli.done.up-to-date', { head })
        : t('cli.done.migrated', { applied: applied.join(', ') }),
    )
    return 0
  },
}
