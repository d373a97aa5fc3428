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

// The chat: what is written is sent without a reload, and a person's answer appears by itself.
const thread = document.querySelector<HTMLElement>("[data-thread]");
if (thread) {
  const showEnd = (): void => thread.scrollTo({ top: thread.scrollHeight });
  const show = (html: string): void => {
    if (thread.innerHTML === html) return;
    thread.innerHTML = html;
    showEnd();
  };
  const field = document.querySelector<HTMLTextAreaElement>("form.say textarea");
  document.addEventListener("submit", async (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.dataset.say) return;
    event.preventDefault();
    const said = new FormData(form, (event as SubmitEvent).submitter);
    const tapped = (event as SubmitEvent).submitter as HTMLElement | null;
    if (tapped?.dataset.title) said.set("title", tapped.dataset.title);
    said.set("key", crypto.randomUUID?.() ?? String(Math.random()));
    try {
      const reply = await fetch(location.pathname, { method: "POST", body: said, headers: { "X-Chat": "1" } });
      if (!reply.ok) throw new Error(String(reply.status));
      if (form.classList.contains("say") && field) field.value = "";
      show(await reply.text());
    } catch {
      // Without our help the browser sends the form as it is.
      form.submit();
      return;
    }
    delete form.dataset.sent;
    form.querySelector("button[type=submit]")?.removeAttribute("aria-disabled");
    field?.focus();
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      field.form?.requestSubmit();
    }
  });
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const reply = await fetch(thread.dataset.thread!);
      if (reply.ok) {
        const fresh = document.createElement("div");
        fresh.innerHTML = await reply.text();
        const before = thread.querySelectorAll(".bubble").length;
        if (fresh.querySelectorAll(".bubble").length !== before) show(fresh.innerHTML);
      }
    } catch {
      // The line dropped: the next look will tell.
    }
  }, 5000);
  showEnd();
}
