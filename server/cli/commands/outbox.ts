import { listOutbox } from '#modules/notifications/index.ts'
import { normalisedPhone } from '#modules/people/index.ts'
import { systemActor } from '#platform/actor.ts'
import { runRead } from '#platform/work.ts'
import { type Command, table } from '../command.ts'
import { CommandError, EXIT_USAGE } from '../command-error.ts'
import { requireDemo } from '../demo-district.ts'
import { chosenDistrict } from '../installation.ts'

const ROWS = 20
const ROWS_MAX = 200

export const outbox: Command = {
  name: 'outbox',
  usage: '[--phone NUMBER] [--limit N]',
  options: { phone: { type: 'string' }, limit: { type: 'string' }, district: { type: 'string' } },
  words: 0,
  async run({ config, open, option, print, t }) {
    const limit = Number(option('limit') ?? ROWS)
    if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_MAX)
      throw new CommandError('cli.error.bad-limit', {}, EXIT_USAGE)
    const given = option('phone')
    const phone = given === undefined ? undefined : normalisedPhone(given)
    const { db } = await open()
    const id = await chosenDistrict(db, option('district'))
    // A real district's messages are read by those they were sent to, and by nobody at a terminal.
    await requireDemo(config, db, id)
    const messages = await runRead(db, systemActor(id), ({ tx }) => listOutbox(tx, { phone, limit }))
    const head = [t('cli.outbox.at'), t('cli.outbox.to'), t('cli.outbox.text')]
    const rows = messages.map((message) => [message.at.toISOString().slice(0, 19), message.phoneMasked, message.text])
    print(rows.length === 0 ? t('cli.outbox.none') : table([head, ...rows]))
    return 0
  },
}
