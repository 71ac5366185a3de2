// The page of a photo: the next and previous photo of the list that led here, and the way back.

import { isCommand } from "./page.js";

const list = JSON.parse(sessionStorage.getItem("list") ?? "null");
const back = document.getElementById("back");
const here = location.pathname.split("/").at(-1);
const at = list ? list.around.findIndex(([, id]) => id === here) : -1;

function link(name, entry) {
  const element = document.getElementById(name);
  if (!entry) return null;
  element.href = `/photo/${entry[1]}`;
  element.hidden = false;
  element.addEventListener("click", () => choose(entry));
  return element;
}

/** Let the list show this photo as the chosen one when one goes back. */
function choose([index]) {
  const key = `gallery:${list.base}`;
  const state = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  sessionStorage.setItem(key, JSON.stringify({ ...state, chosen: index }));
}

const next = at < 0 ? null : link("next", list.around[at + 1]);
const previous = at < 0 ? null : link("previous", list.around[at - 1]);
const video = document.getElementById("video");
const unplayed = () => { document.getElementById("unplayed").hidden = false; };
if (video?.error) unplayed();
video?.addEventListener("error", unplayed);

if (list) back.href = list.base;

document.addEventListener("keydown", (event) => {
  if (!isCommand(event)) return;
  const target = { j: next, ArrowRight: next, k: previous, ArrowLeft: previous, u: back }[event.key];
  if (target) {
    event.preventDefault();
    target.click();
  }
});
