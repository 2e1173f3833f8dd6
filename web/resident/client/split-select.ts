/** Turns a long grouped select into two short ones: first the group, then the choice within it. */
export function splitSelects(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>('select[data-split]')) split(select)
}

function split(select: HTMLSelectElement): void {
  const groups = [...select.querySelectorAll('optgroup')]
  const empty = select.querySelector<HTMLOptionElement>('option[value=""]')
  const field = select.closest('.field')
  if (groups.length < 2 || empty === null || field === null) return
  const first = document.createElement('select')
  first.className = 'input'
  first.id = `${select.id}-group`
  first.append(new Option(select.dataset['splitEmpty'] ?? '', ''))
  for (const [index, group] of groups.entries()) first.append(new Option(group.label, String(index)))
  const label = document.createElement('label')
  label.className = 'label'
  label.htmlFor = first.id
  label.textContent = select.dataset['split'] ?? ''
  const box = document.createElement('div')
  box.className = 'field'
  box.append(label, first)
  field.before(box)

  const narrow = () => {
    const chosen = groups[Number(first.value)]
    const value = select.value
    select.replaceChildren(empty, ...(first.value === '' || chosen === undefined ? groups : [chosen]))
    select.value = [...select.options].some((option) => option.value === value) ? value : ''
  }
  first.addEventListener('change', narrow)
  const group = groups.findIndex((one) => one.contains(select.selectedOptions[0] ?? null))
  if (group >= 0) first.value = String(group)
  narrow()
}
