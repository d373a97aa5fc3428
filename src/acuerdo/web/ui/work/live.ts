// One stream per page tells the names of what happened; each part that cares asks for itself
// again. The browser reconnects with Last-Event-ID, so that nothing is missed in between.

const root = document.querySelector<HTMLElement>("[data-live]");
if (root) {
  const dot = document.querySelector<HTMLElement>(".live-dot");
  let source: EventSource | undefined;
  let last = "";
  let pending: ReturnType<typeof setTimeout> | undefined;
  const heard = new Set<string>();

  const flush = (): void => {
    pending = undefined;
    const names = [...heard];
    heard.clear();
    for (const part of document.querySelectorAll<HTMLElement>("[data-live-on]")) {
      const cares = part.dataset.liveOn!.split(" ");
      if (names.includes("*") || cares.includes("*") || names.some((name) => cares.includes(name))) {
        part.dispatchEvent(new CustomEvent("refresh", { bubbles: false }));
      }
    }
  };

  const open = (): void => {
    const address = new URL(root.dataset.live!, location.href);
    if (last) address.searchParams.set("after", last);
    source = new EventSource(address);
    source.addEventListener("open", () => dot?.setAttribute("data-on", ""));
    source.addEventListener("error", () => dot?.removeAttribute("data-on"));
    source.addEventListener("changed", (event) => {
      last = event.lastEventId;
      for (const name of (event as MessageEvent<string>).data.split(" ")) heard.add(name);
      // A burst of changes is one refresh.
      pending ??= setTimeout(flush, 250);
    });
  };

  open();
  // A tab in the background gives its connection back and catches up when it is looked at.
  let hide: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hide);
    if (document.hidden) {
      hide = setTimeout(() => source?.close(), 60_000);
    } else if (source?.readyState === EventSource.CLOSED) {
      open();
    }
  });
}
