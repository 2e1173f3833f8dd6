import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LocaleProvider } from '../locale.tsx'
import '../styles/base.css'
import '../styles/collect.css'
import { CollectScreen } from './collect.tsx'
import { PacksScreen } from './packs.tsx'

/**
 * A page of its own beside the console: small, so that a phone can keep all of it and open it where there is no network.
 * `/staff/collect` lists what is on this phone, `/staff/collect/<session>` collects.
 */
const sessionId = /^\/staff\/collect\/([0-9a-f-]{36})$/u.exec(window.location.pathname)?.[1]

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <LocaleProvider>
      {sessionId === undefined ? <PacksScreen /> : <CollectScreen sessionId={sessionId} />}
    </LocaleProvider>
  </StrictMode>,
)
