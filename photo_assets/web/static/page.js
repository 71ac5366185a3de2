// Keys and helpers of every page: help, "g" and a letter, and requests that write.

const PLACES = {
  s: "/", p: "/photos", a: "/albums", q: "/questions", i: "/proposals", v: "/visibility", d: "/decisions", l: "/plans",
};
const help = document.getElementById("help");
let leader = -Infinity;

/** Whether keys typed now are text. */
export function isTyping(event) {
  return event.target instanceof Element
    && event.target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** Whether a page's own keys apply: no modifier, no text field, no open dialog. */
export function isCommand(event) {
  const modified = event.ctrlKey || event.metaKey || event.altKey;
  return !modified && !isTyping(event) && document.querySelector("dialog[open]") === null;
}

/** Send a writing request with the token of forms; resolves to the response. */
export function post(path, fields = {}) {
  const token = document.querySelector("meta[name=csrf]").content;
  return fetch(path, {
    method: "POST",
    headers: { "X-CSRF-Token": token },
    body: new URLSearchParams(fields),
  });
}

/** Say something to people who hear the page. */
export function announce(text) {
  let region = document.getElementById("announcement");
  if (!region) {
    region = document.createElement("div");
    region.id = "announcement";
    region.className = "unseen";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = text;
}

document.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());

document.addEventListener("keydown", (event) => {
  if (!isCommand(event)) return;
  if (event.key === "?") {
    event.preventDefault();
    help.showModal();
  } else if (event.key === "g") {
    leader = event.timeStamp;
  } else if (event.timeStamp - leader < 1500 && event.key in PLACES) {
    event.preventDefault();
    location.assign(PLACES[event.key]);
  }
});

// On a phone the list of pages is wider than the screen: show the one that is open.
document.querySelector(".top [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
