/** What was typed is kept in this browser until the form was accepted, with the form's client id: a retry has one effect. */
const PREFIX = 'huiyin-draft:'
const HOURS_MAX = 24
const NOT_KEPT = new Set(['back', 'next', 'offering', 'offer'])

interface Draft {
  readonly at: number
  readonly fields: readonly (readonly [string, string])[]
}

export function keepDrafts(): void {
  forgetOld()
  for (const done of document.querySelectorAll<HTMLElement>('[data-clear-draft]')) {
    forget(done.dataset['clearDraft'] ?? '')
  }
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) keepDraft(form)
  for (const form of document.querySelectorAll<HTMLFormElement>('form[method=post]')) sendOnce(form)
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/logout"]')) {
    form.addEventListener('submit', () => forgetOld(0))
  }
}

function keepDraft(form: HTMLFormElement): void {
  const name = form.dataset['draft'] ?? ''
  // A form that came back with faults holds what was typed already, newer than the draft.
  if (form.dataset['faulty'] === undefined) restore(form, name)
  let changed = false
  form.addEventListener('input', () => {
    changed = true
    save(form, name)
  })
  form.addEventListener('change', () => {
    changed = true
    save(form, name)
  })
  form.addEventListener('submit', () => {
    changed = false
    save(form, name)
  })
  window.addEventListener('beforeunload', (event) => {
    if (!changed) return
    event.preventDefault()
    event.returnValue = ''
  })
}

function save(form: HTMLFormElement, name: string): void {
  const fields = [...new FormData(form)].flatMap(([field, value]) =>
    typeof value === 'string' && !NOT_KEPT.has(field) ? [[field, value] as const] : [],
  )
  write(name, { at: Date.now(), fields })
}

function restore(form: HTMLFormElement, name: string): void {
  const draft = read(name)
  if (draft === null) return
  const typed = new Map<string, string[]>()
  for (const [field, value] of draft.fields) typed.set(field, [...(typed.get(field) ?? []), value])
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && (control.type === 'radio' || control.type === 'checkbox')) {
      control.checked = (typed.get(control.name) ?? []).includes(control.value)
    } else if (
      control instanceof HTMLInputElement ||
      control instanceof HTMLTextAreaElement ||
      control instanceof HTMLSelectElement
    ) {
      const value = typed.get(control.name)?.[0]
      if (value !== undefined && !NOT_KEPT.has(control.name)) control.value = value
    }
  }
  sayRestored(form, name)
}

function sayRestored(form: HTMLFormElement, name: string): void {
  const note = document.createElement('p')
  note.className = 'done'
  note.setAttribute('role', 'status')
  note.append(form.dataset['restored'] ?? '', ' ')
  const discard = document.createElement('button')
  discard.type = 'button'
  discard.className = 'link-button'
  discard.textContent = form.dataset['discard'] ?? ''
  discard.addEventListener('click', () => {
    forget(name)
    window.location.reload()
  })
  note.append(discard)
  form.prepend(note)
}

/** A second tap while the first is on its way does nothing. */
function sendOnce(form: HTMLFormElement): void {
  let sent = false
  form.addEventListener('submit', (event) => {
    if (sent) event.preventDefault()
    sent = true
  })
  // Coming back by the browser's history must find a form that can be sent again.
  window.addEventListener('pageshow', () => {
    sent = false
  })
}

function read(name: string): Draft | null {
  try {
    const text = window.localStorage.getItem(PREFIX + name)
    return text === null ? null : (JSON.parse(text) as Draft)
  } catch {
    return null
  }
}

function write(name: string, draft: Draft): void {
  try {
    window.localStorage.setItem(PREFIX + name, JSON.stringify(draft))
  } catch {
    // A full or forbidden store: the form works as without this script.
  }
}

function forget(name: string): void {
  try {
    window.localStorage.removeItem(PREFIX + name)
  } catch {
    // As above.
  }
}

/** Drafts hold a name and a phone, so they do not stay for long on a phone that several people use. */
function forgetOld(hours = HOURS_MAX): void {
  try {
    for (const key of Object.keys(window.localStorage)) {
      if (!key.startsWith(PREFIX)) continue
      const draft = read(key.slice(PREFIX.length))
      if (draft === null || Date.now() - draft.at >= hours * 3_600_000) window.localStorage.removeItem(key)
    }
  } catch {
    // As above.
  }
}
