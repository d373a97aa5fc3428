// Live parts are fetched again and swapped where they changed; a reply stays in its box.
"use strict";

const part = document.querySelector("[data-live]");

function down() {
  const bubbles = document.querySelector(".bubbles");
  if (bubbles) bubbles.scrollTop = bubbles.scrollHeight;
}

// Instants are shown in the reader's own zone and language; the server's form is for no script.
function localTimes() {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.textContent = format.format(new Date(time.dateTime));
  }
}

async function refresh() {
  if (document.hidden || part.contains(document.activeElement) && document.activeElement.matches(".chip")) return;
  try {
    const answer = await fetch(part.dataset.live, { headers: { "X-Part": "live" } });
    if (!answer.ok) return;
    const text = await answer.text();
    // The form's token differs each time and is no news.
    const bare = (html) => html.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
    if (bare(text) !== bare(part.dataset.last || "")) {
      const first = part.dataset.last === undefined;
      part.dataset.last = text;
      part.innerHTML = text;
      localTimes();
      if (!first || document.querySelector(".bubbles")) down();
    }
  } catch {
    // The next round tries again.
  }
}

localTimes();
if (part) {
  down();
  setInterval(refresh, 1500);
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("button[data-payload]");
  if (chip) chip.form.elements.payload.value = chip.dataset.payload;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-enter-sends]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
