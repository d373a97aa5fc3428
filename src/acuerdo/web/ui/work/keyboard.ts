// Everything by keyboard: / search, g + letter to go, j and k in lists, ? for help, Esc closes.

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

let afterG = 0;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-rows] [data-row]")];

const step = (by: number): void => {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row === document.activeElement);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const help = document.querySelector<HTMLDialogElement>("#keys");
  if (typing(event.target)) {
    if (event.key === "Escape") (event.target as HTMLElement).blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (afterG && Date.now() - afterG < 1200) {
    afterG = 0;
    const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  switch (event.key) {
    case "/": {
      const box = document.querySelector<HTMLInputElement>("#search");
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
      break;
    }
    case "g":
      afterG = Date.now();
      break;
    case "j":
      step(1);
      break;
    case "k":
      step(-1);
      break;
    case "?":
      event.preventDefault();
      help?.showModal();
      break;
    case "t": {
      const table = document.querySelector<HTMLDetailsElement>("details[data-as-table]");
      if (table) {
        table.open = !table.open;
        if (table.open) table.querySelector("summary")?.focus();
      }
      break;
    }
    case "r": {
      const box = document.querySelector<HTMLElement>("[data-reply]");
      if (box) {
        event.preventDefault();
        box.focus();
      }
      break;
    }
  }
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest("[data-opens]");
  if (button) document.querySelector<HTMLDialogElement>(`#${(button as HTMLElement).dataset.opens}`)?.showModal();
});
