// Deciding by keys and without a new page: forms and links marked data-swap replace the content.

import { announce, isCommand } from "./page.js";

const POLL_MS = 2500;
let busy = false;

/** Replace the content of the page by that of another one; forms without script load it whole. */
async function swap(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = page.getElementById("main");
  if (!main) return location.assign(response.url);
  document.title = page.title;
  document.getElementById("main").replaceChildren(...main.childNodes);
  if (response.status < 300) history.pushState(null, "", response.url);
  arrived();
}

/** Set the focus, say what is shown, and fetch the next picture while this one is looked at. */
function arrived() {
  const main = document.getElementById("main");
  const focus = main.querySelector("[aria-invalid]") ?? main.querySelector("[data-focus]");
  (focus ?? main).focus({ preventScroll: true });
  if (!focus || focus.matches("h1")) scrollTo(0, 0);
  else focus.scrollIntoView({ block: "center" });
  announce(main.querySelector("h1")?.textContent ?? "");
  const upcoming = main.querySelector("[data-upcoming]")?.dataset.upcoming ?? "";
  for (const photo of upcoming.split(" ").filter(Boolean)) {
    new Image().src = `/photo/${photo}/picture/medium`;
  }
  document.dispatchEvent(new CustomEvent("swapped"));
}

async function load(path, options) {
  if (busy) return;
  busy = true;
  try {
    await swap(await fetch(path, options));
  } catch {
    announce("The page cannot be reached.");
    showFailure();
  } finally {
    busy = false;
  }
}

function showFailure() {
  const note = document.createElement("p");
  note.className = "note warn";
  note.setAttribute("role", "alert");
  note.textContent = "The review page does not answer; the last action may not be stored. "
    + "Is “photosync review” still running?";
  document.getElementById("main").prepend(note);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  const fields = new FormData(form, event.submitter);
  load(form.action, { method: "POST", body: new URLSearchParams(fields) });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link.href, {});
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches("details[open]")) event.target.querySelector("textarea, input:not([type=hidden])")?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("textarea");
  if (field && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.form.requestSubmit();
  } else if (field && event.key === "Escape") {
    field.closest("details")?.removeAttribute("open");
    document.getElementById("main").focus();
  } else if (isCommand(event) && !event.repeat && !event.defaultPrevented) {
    // Enter belongs to the element that has the focus.
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const key = event.key.length > 1 ? event.key : event.key.toLowerCase();
    const target = [...document.querySelectorAll("[data-key]")]
      .find((one) => one.dataset.key.split(" ").includes(key));
    if (!target) return;
    event.preventDefault();
    target.click();
  }
});

window.addEventListener("popstate", () => location.reload());

/** Ask again while answers wait, a refresh runs or a plan is being sent. */
setInterval(async () => {
  const shown = document.querySelector("[data-poll]");
  if (!shown || busy || document.hidden || shown.contains(document.activeElement)) return;
  try {
    const answer = await fetch(shown.dataset.poll);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(shown.id);
    if (now && shown.isConnected && now.innerHTML !== shown.innerHTML) shown.replaceWith(now);
  } catch {
    // The next action says that the page is gone.
  }
}, POLL_MS);

arrived();
