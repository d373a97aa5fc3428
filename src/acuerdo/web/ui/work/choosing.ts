// Rows that are answered in place: a key presses the button of the row that has the focus, and
// what was answered hands the focus on, so that a list is gone through without the mouse.

const rowOf = (target: Element | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-rows] [data-row]") : null;

let next: HTMLElement | undefined;

const after = (row: HTMLElement): HTMLElement | undefined => {
  const all = [...document.querySelectorAll<HTMLElement>("[data-rows] [data-row]")];
  return all[all.indexOf(row) + 1];
};

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  const button = rowOf(target)?.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("submit", (event) => {
  const row = rowOf(event.target as Element);
  next = row?.querySelector("[data-key]") ? after(row) : undefined;
});

document.addEventListener("htmx:after:swap", () => {
  if (next?.isConnected) next.focus();
  next = undefined;
});
