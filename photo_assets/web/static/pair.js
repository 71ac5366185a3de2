// Two pictures: zoom and pan in step, the difference, and one in place of the other.

const MOST = 16;
let view = { zoom: 1, x: 0, y: 0 };

function panes() {
  return [...document.querySelectorAll("#pair .pane")];
}

function draw() {
  for (const image of document.querySelectorAll("#pair .pane img")) {
    image.style.transform = `translate(${view.x}%, ${view.y}%) scale(${view.zoom})`;
  }
  press("zoom", view.zoom > 1);
}

/** Zoom and keep the point at (x, y), in percent from the center of the pane, where it is. */
function zoomTo(zoom, x = 0, y = 0) {
  const next = Math.min(MOST, Math.max(1, zoom));
  const factor = next / view.zoom;
  view = { zoom: next, x: x - (x - view.x) * factor, y: y - (y - view.y) * factor };
  move(0, 0);
}

function move(x, y) {
  const most = 50 * (view.zoom - 1);
  view.x = Math.min(most, Math.max(-most, view.x + x));
  view.y = Math.min(most, Math.max(-most, view.y + y));
  draw();
}

function press(tool, pressed) {
  document.querySelector(`[data-tool=${tool}]`)?.setAttribute("aria-pressed", String(pressed));
}

function say(text) {
  const said = document.getElementById("pair-said");
  if (said) said.textContent = text;
}

/** Show picture B over picture A: `difference` darkens what is equal, `swap` covers A. */
function overlay(mode) {
  const [first, second] = panes();
  const now = first.dataset.mode === mode ? "" : mode;
  first.querySelector(".over")?.remove();
  first.dataset.mode = now;
  if (now) {
    const copy = second.querySelector("img").cloneNode();
    copy.className = "over";
    first.append(copy);
    draw();
  }
  document.getElementById("pair").dataset.mode = now;
  press("difference", now === "difference");
  press("swap", now === "swap");
  say({ difference: "Black is equal in both.", swap: "B in place of A." }[now] ?? "");
}

function point(event) {
  const box = event.currentTarget.getBoundingClientRect();
  return [
    (event.clientX - box.left) / box.width * 100 - 50,
    (event.clientY - box.top) / box.height * 100 - 50,
  ];
}

function arrange() {
  const tools = document.getElementById("pair-tools");
  if (!tools) return;
  view = { zoom: 1, x: 0, y: 0 };
  tools.hidden = false;
  for (const pane of panes()) {
    let held = null;
    pane.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoomTo(view.zoom * (event.deltaY < 0 ? 1.25 : 0.8), ...point(event));
    }, { passive: false });
    pane.addEventListener("dblclick", (event) => zoomTo(view.zoom > 1 ? 1 : 4, ...point(event)));
    pane.addEventListener("pointerdown", (event) => {
      held = point(event);
      pane.setPointerCapture(event.pointerId);
    });
    pane.addEventListener("pointermove", (event) => {
      if (!held) return;
      const at = point(event);
      move(at[0] - held[0], at[1] - held[1]);
      held = at;
    });
    for (const end of ["pointerup", "pointercancel"]) pane.addEventListener(end, () => { held = null; });
    pane.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [10, 0], ArrowRight: [-10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] }[event.key];
      if (step) move(...step);
      else if (event.key === "+" || event.key === "=") zoomTo(view.zoom * 1.5);
      else if (event.key === "-") zoomTo(view.zoom / 1.5);
      else return;
      event.preventDefault();
    });
  }
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool === "zoom") zoomTo(view.zoom > 1 ? 1 : 4);
    else if (tool) overlay(tool);
  });
}

document.addEventListener("swapped", arrange);
if (!document.querySelector("#pair .pane img[style]")) arrange();
