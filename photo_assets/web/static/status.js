// The status: kept current while it is looked at, without losing the place on the page.

const SECONDS = 5;

async function refresh() {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  const response = await fetch("/").catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = document.getElementById("main");
  if (main.contains(document.activeElement) && document.activeElement !== main) return;
  main.replaceChildren(...fresh.getElementById("main").childNodes);
}

setInterval(refresh, SECONDS * 1000);
