// Fixed width: a click between two characters of the picture sets or takes away a border there.
// The server answers with the columns; the table below the picture does the same by keyboard.

const pictureOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-cut]") : null;

const placeOf = (picture: HTMLElement, x: number): { at: number; left: number } => {
  const rule = picture.querySelector<HTMLElement>("[data-rule]")!;
  const box = rule.getBoundingClientRect();
  const count = rule.textContent?.length || 1;
  const width = box.width / count;
  const at = Math.min(Math.max(Math.round((x - box.left) / width), 0), count);
  return { at, left: at * width };
};

document.addEventListener("pointermove", (event) => {
  const picture = pictureOf(event.target);
  if (!picture) {
    for (const mark of document.querySelectorAll(".cut-mark")) mark.remove();
    return;
  }
  let mark = picture.querySelector<HTMLElement>(".cut-mark");
  if (!mark) {
    mark = document.createElement("span");
    mark.className = "cut-mark";
    picture.append(mark);
  }
  mark.style.left = `${placeOf(picture, event.clientX).left}px`;
});

document.addEventListener("click", (event) => {
  const picture = pictureOf(event.target);
  const field = picture?.parentElement?.querySelector<HTMLInputElement>("input[name=cut]");
  if (!picture || !field) return;
  field.value = String(placeOf(picture, event.clientX).at);
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.value = "";
});
