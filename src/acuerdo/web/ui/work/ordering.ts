// Lists that are put in order: by dragging, or by the buttons that every entry has, which work by
// keyboard and without JavaScript. The order of the entries is the order of their fields.

let dragged: HTMLElement | null = null;

const entryOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-order] > li") : null;

const settle = (list: Element): void => {
  const entries = [...list.querySelectorAll<HTMLElement>(":scope > li")];
  entries.forEach((entry, place) => {
    const [up, down] = entry.querySelectorAll<HTMLButtonElement>(".moves button");
    if (up) up.disabled = place === 0;
    if (down) down.disabled = place === entries.length - 1;
  });
};

document.addEventListener("dragstart", (event) => {
  dragged = entryOf(event.target);
  dragged?.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const over = entryOf(event.target);
  if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  if (dragged?.parentElement) settle(dragged.parentElement);
  dragged = null;
});

// What was said in a trial is in its thread: the field is empty again and keeps the focus.
document.addEventListener("htmx:after:swap", () => {
  const say = document.querySelector<HTMLInputElement>("#trial-say");
  if (say) say.value = say.getAttribute("value") ?? "";
});
