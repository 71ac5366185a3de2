// The albums: moving to the search and between albums by keys.

import { isCommand } from "./page.js";

const find = document.getElementById("find");
const links = [...document.querySelectorAll("#albums a")];

function move(step) {
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + step))]?.focus();
}

if (find) {
  document.addEventListener("keydown", (event) => {
    if (!isCommand(event)) return;
    if (event.key === "/") {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });
}
