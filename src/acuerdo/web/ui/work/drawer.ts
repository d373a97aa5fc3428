// What a link explains opens beside the list it stands in; without JavaScript, or where something
// goes wrong, the link leads to the page that says the same.

const part = "#why";

const show = async (link: HTMLAnchorElement, drawer: HTMLDialogElement): Promise<void> => {
  const body = drawer.querySelector<HTMLElement>("#drawer-body")!;
  body.replaceChildren();
  body.setAttribute("aria-busy", "true");
  drawer.showModal();
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector(part);
    if (!found) throw new Error(`${link.href} has no ${part}`);
    body.replaceChildren(found);
    body.removeAttribute("aria-busy");
  } catch {
    location.assign(link.href);
  }
};

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const drawer = document.querySelector<HTMLDialogElement>("#drawer");
  if (drawer && target === drawer) drawer.close();
  const link = target.closest<HTMLAnchorElement>("a[data-drawer]");
  if (!link || !drawer || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void show(link, drawer);
});
