// The albums: finding one by its name, and moving between them by keys.

import { isCommand } from "./page.js";

const list = document.getElementById("albums");
const find = document.getElementById("find");
const found = document.getElementById("found");
const links = list ? [...list.querySelectorAll("a")] : [];
const KEPT = `albums:${location.pathname}`;

function filter() {
  const wanted = find.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const link of links) {
    const matches = link.querySelector(".name").textContent.toLocaleLowerCase().includes(wanted);
    link.parentElement.hidden = !matches;
    shown += matches ? 1 : 0;
  }
  found.textContent = wanted ? `${shown} of ${links.length}` : "";
  sessionStorage.setItem(KEPT, find.value);
}

function move(step) {
  const visible = links.filter((link) => !link.parentElement.hidden);
  const at = visible.indexOf(document.activeElement);
  visible[Math.min(visible.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.focus();
}

if (list) {
  find.addEventListener("input", filter);
  find.value = sessionStorage.getItem(KEPT) ?? "";
  filter();
  document.addEventListener("keydown", (event) => {
    if (event.target === find && event.key === "Escape") {
      find.value = "";
      filter();
      return;
    }
    if (!isCommand(event)) return;
    if (event.key === "/") {
      event.preventDefault();
      find.focus();
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });
}
