import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './styles/base.css'
import './styles/shell.css'
import './styles/sheets.css'
import './styles/forms.css'
import './styles/tables.css'
import './styles/orders.css'
import './styles/entry.css'
import './styles/office.css'
import './styles/activities.css'
import './styles/plans.css'
import './styles/narrow.css'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
