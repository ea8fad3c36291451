let byTab = false

const onKey = (event: KeyboardEvent) => {
  byTab = event.key === 'Tab'
}
const onPointer = () => {
  byTab = false
}
document.addEventListener('keydown', onKey, true)
document.addEventListener('pointerdown', onPointer, true)

/** Whether the focus went where it is by the Tab key, and not by a click or by the program. */
export function cameByTab(): boolean {
  return byTab
}
