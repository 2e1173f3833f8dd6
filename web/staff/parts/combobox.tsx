import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useWords } from '../locale.tsx'

export interface Choice<Value> {
  readonly key: string
  readonly text: string
  readonly hint?: ReactNode
  readonly value: Value
}

interface ComboboxProps<Value> {
  readonly id?: string
  readonly value?: Value | null
  readonly onChange?: (value: Value | null) => void
  /** What the input shows for a chosen value. */
  readonly textOf: (value: Value) => string
  /** Looks up what fits the words typed; throws ProblemError like every call. */
  readonly find: (words: string) => Promise<readonly Choice<Value>[]>
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly 'aria-describedby'?: string
  readonly 'aria-required'?: boolean | 'true' | 'false'
  readonly 'aria-invalid'?: boolean | 'true' | 'false'
  readonly label?: string
}

const TYPING_MILLISECONDS = 180
const LIST_GAP = 12

/** A field that searches while one types: arrow keys, Enter, Escape; the pattern "combobox" of the ARIA practices. */
export function Combobox<Value>(props: ComboboxProps<Value>) {
  const { value = null, onChange, textOf, find, placeholder, autoFocus, label, ...aria } = props
  const listId = useId()
  const [words, setWords] = useState<string | null>(null)
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const { choices, failed } = useChoices(find, open ? (words ?? '') : null)
  const pick = (choice: Choice<Value> | undefined) => {
    if (choice === undefined) return
    onChange?.(choice.value)
    setWords(null)
    setOpen(false)
  }
  const close = () => {
    setOpen(false)
    // Left with an emptied field: the choice is taken back. Half-typed words choose nothing.
    if (words === '' && value !== null) onChange?.(null)
    setWords(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) setOpen(true)
      else setAt((now) => stepped(now, event.key === 'ArrowDown' ? 1 : -1, choices?.length ?? 0))
    } else if (event.key === 'Enter' && open) {
      event.preventDefault()
      pick(choices?.[at === -1 ? 0 : at])
    } else if (event.key === 'Escape' && open) {
      event.stopPropagation()
      close()
    }
  }
  return (
    <div className="combobox">
      <input
        {...aria}
        className="field"
        role="combobox"
        autoComplete="off"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={listId}
        aria-activedescendant={open && at >= 0 ? `${listId}-${at}` : undefined}
        aria-label={label}
        placeholder={placeholder}
        autoFocus={autoFocus}
        value={words ?? (value === null ? '' : textOf(value))}
        onChange={(event) => {
          setWords(event.target.value)
          setOpen(true)
          setAt(-1)
        }}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <ChoiceList id={listId} hidden={!open} label={label} choices={choices} failed={failed} at={at} onPick={pick} />
    </div>
  )
}

interface ChoiceListProps<Value> {
  readonly id: string
  readonly hidden: boolean
  readonly label: string | undefined
  readonly choices: readonly Choice<Value>[] | undefined
  readonly failed: boolean
  readonly at: number
  readonly onPick: (choice: Choice<Value>) => void
}

function ChoiceList<Value>({ id, hidden, label, choices, failed, at, onPick }: ChoiceListProps<Value>) {
  const { t } = useWords()
  const note = failed
    ? t('staff.unreachable')
    : choices === undefined
      ? t('staff.loading')
      : choices.length === 0
        ? t('staff.nothing-fits')
        : null
  const list = useRef<HTMLUListElement>(null)
  useLayoutEffect(() => {
    if (!hidden && list.current !== null) placeBesideInput(list.current)
  }, [hidden, choices])
  return (
    <ul
      ref={list}
      className="combobox-list"
      role="listbox"
      id={id}
      hidden={hidden}
      aria-label={label ?? t('staff.choices')}
    >
      {choices?.map((choice, index) => (
        <li
          key={choice.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          // Before the input loses the focus and closes the list.
          onMouseDown={(event) => {
            event.preventDefault()
            onPick(choice)
          }}
          ref={index === at ? scrollToMe : undefined}
        >
          <span>{choice.text}</span>
          {choice.hint !== undefined && <small>{choice.hint}</small>}
        </li>
      ))}
      {note !== null && (
        <li role="option" aria-selected="false" aria-disabled="true">
          {note}
        </li>
      )}
    </ul>
  )
}

/** Below the input where there is room, else above it. */
function placeBesideInput(list: HTMLUListElement): void {
  const input = list.parentElement?.getBoundingClientRect()
  if (input === undefined) return
  const below = window.innerHeight - input.bottom
  list.classList.toggle('combobox-list-above', below < list.offsetHeight + LIST_GAP && input.top > below)
}

function scrollToMe(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

function stepped(now: number, step: 1 | -1, count: number): number {
  if (count === 0) return -1
  return (now + step + count + (now === -1 && step === -1 ? 1 : 0)) % count
}

/** The choices for some words, a moment after the last key; an answer that comes too late is dropped. */
function useChoices<Value>(find: (words: string) => Promise<readonly Choice<Value>[]>, words: string | null) {
  const [choices, setChoices] = useState<readonly Choice<Value>[]>()
  const [failed, setFailed] = useState(false)
  const finder = useRef(find)
  finder.current = find
  useEffect(() => {
    if (words === null) return undefined
    let isCurrent = true
    const look = async () => {
      try {
        const found = await finder.current(words.trim())
        if (isCurrent) setChoices(found)
        if (isCurrent) setFailed(false)
      } catch {
        if (isCurrent) setFailed(true)
      }
    }
    const timer = setTimeout(() => void look(), TYPING_MILLISECONDS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [words])
  return { choices, failed }
}
