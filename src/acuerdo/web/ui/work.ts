// The work face's behaviour: HTMX for fragments, Alpine (CSP build) for small state, one
// EventSource for "something changed", and the keyboard.
import "htmx.org";
import Alpine from "@alpinejs/csp";
import "./work/live";
import "./work/drawer";
import "./work/choosing";
import "./work/cutting";
import "./work/keyboard";
import "./work/ordering";
import { composer } from "./work/composer";

document.addEventListener("htmx:config:request", (event) => {
  const context = (event as CustomEvent).detail?.ctx;
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  if (context?.request?.headers && token) context.request.headers["X-CSRFToken"] = token;
});

// Menus made of <details> close by Esc, by a click elsewhere and by a choice.
const closeMenus = (except?: Element | null): void => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu-pop[open]")) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus((event.target as Element).closest("details.menu-pop")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector<HTMLDetailsElement>("details.menu-pop[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
});

// Filters that apply as soon as they are chosen; without JavaScript there is a button.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field.matches("[data-apply]")) field.closest("form")?.requestSubmit();
});

// A file that is too large is told of before it is sent.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  const form = field.form;
  if (field.type !== "file" || !form?.dataset.maxBytes) return;
  const size = field.files?.[0]?.size ?? 0;
  const isTooLarge = size > Number(form.dataset.maxBytes);
  const text = (form.dataset.tooLarge ?? "").replace("{megabytes}", String(Math.round(size / 1e6)));
  field.setCustomValidity(isTooLarge ? text : "");
  field.reportValidity();
});

// A thread opens at its end and stays there while new turns come.
const toEnd = (): void => {
  for (const pane of document.querySelectorAll("[data-at-end]")) pane.scrollTop = pane.scrollHeight;
};
addEventListener("DOMContentLoaded", toEnd);
document.addEventListener("htmx:after:swap", toEnd);

for (const toast of document.querySelectorAll<HTMLElement>(".toast")) {
  setTimeout(() => toast.remove(), 8000);
}

Alpine.data("composer", composer);
Alpine.start();
