import '../styles/main.css'
import { keepDrafts } from './drafts.ts'
import { offerReading } from './read-aloud.ts'
import { nameDevice, reloadInTime } from './check-in.ts'
import { splitSelects } from './split-select.ts'

// Everything works without this script; each part only makes a page kinder.
keepDrafts()
splitSelects()
offerReading()
reloadInTime()
nameDevice()
document.querySelector<HTMLElement>('[data-focus]')?.focus()
