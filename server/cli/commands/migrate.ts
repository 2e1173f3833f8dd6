import { migrate } from '#platform/migrate.ts'
import { checkExternal } from '../../open-database.ts'
import type { Command } from '../command.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  usage: '',
  options: {},
  words: 0,
  async run({ config, open, print, t }) {
    if (config.databaseUrl !== null) await checkExternal(config.databaseUrl)
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
