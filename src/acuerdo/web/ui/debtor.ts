// The debtor's face works without this file. It only spares a tap or a reload.

// A page that waits for the provider's word asks again, slower and slower, and follows it.
const waiting = document.querySelector<HTMLElement>("[data-wait-for]");
if (waiting) {
  let pause = 1500;
  const ask = async (): Promise<void> => {
    try {
      const reply = await fetch(waiting.dataset.waitFor!, { headers: { Accept: "application/json" } });
      if (reply.ok && ((await reply.json()) as { settled: boolean }).settled) {
        location.reload();
        return;
      }
    } catch {
      // The line dropped: the next question will tell.
    }
    pause = Math.min(pause * 1.3, 15000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

// One tap is one request, also on a slow line.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.querySelector("button[type=submit]")?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("button[type=submit]")?.removeAttribute("aria-disabled");
  }
});
