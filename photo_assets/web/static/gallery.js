// The gallery: a virtual list of months and tiles. Only what is on the screen is in the page, however
// many photos there are; where one was, and the chosen photo, are kept for coming back.

import { announce, isCommand } from "./page.js";

const TALLEST = 8_000_000; // pixels; browsers refuse elements of more than about 17 million
const HEADING = 44;
const GAP = 6;
const BATCH = 200;
const MARGIN = 600;

const root = document.getElementById("gallery");
const select = document.getElementById("month");
const monthName = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

class Gallery {
  constructor(element) {
    this.element = element;
    this.base = element.dataset.base;
    this.kept = `gallery:${this.base}`;
    let before = 0;
    this.months = JSON.parse(element.dataset.months).map(([month, count]) => {
      const section = { month, count, before, tiles: new Map(), asked: new Set() };
      before += count;
      return section;
    });
    this.count = before;
    this.canvas = document.createElement("div");
    this.canvas.className = "canvas";
    this.canvas.setAttribute("role", "presentation");
    element.append(this.canvas);
    this.drawn = new Map();
    this.chosen = 0;
    this.exported = new Set();
    this.measure();
    this.restore();
    this.draw();
    element.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(element);
    addEventListener("pagehide", () => this.keep());
  }

  /** Lay out rows: each month is a heading and whole rows of tiles. */
  measure() {
    const width = this.element.clientWidth;
    const wanted = width < 640 ? 108 : 172;
    this.columns = Math.max(2, Math.floor((width + GAP) / (wanted + GAP)));
    this.side = Math.floor((width - GAP * (this.columns - 1)) / this.columns);
    let top = 0;
    for (const section of this.months) {
      section.top = top;
      section.rows = Math.ceil(section.count / this.columns);
      top += HEADING + section.rows * (this.side + GAP);
    }
    this.height = top;
    this.canvasHeight = Math.min(top, TALLEST);
    this.canvas.style.height = `${this.canvasHeight}px`;
    this.width = width;
  }

  get view() { return this.element.clientHeight; }

  /** Real pixels of the list per pixel of the scroll bar: 1 unless the list is too tall. */
  get ratio() {
    const room = this.canvasHeight - this.view;
    return room > 0 ? (this.height - this.view) / room : 1;
  }

  get top() { return this.element.scrollTop * this.ratio; }

  set top(value) {
    const most = Math.max(0, this.height - this.view);
    this.element.scrollTop = Math.min(most, Math.max(0, value)) / this.ratio;
  }

  soon() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  resized() {
    if (this.element.clientWidth === this.width) {
      this.draw();
      return;
    }
    const first = this.firstVisible();
    this.measure();
    this.show(first, "start");
    this.draw();
  }

  /** The section that covers a position of the list. */
  sectionAt(position) {
    let low = 0;
    let high = this.months.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.months[middle].top <= position) low = middle;
      else high = middle - 1;
    }
    return this.months[low];
  }

  sectionOf(index) {
    return this.months.find((one) => index < one.before + one.count) ?? this.months.at(-1);
  }

  rowTop(section, row) { return section.top + HEADING + row * (this.side + GAP); }

  firstVisible() {
    const section = this.sectionAt(this.top);
    const row = Math.max(0, Math.floor((this.top - section.top - HEADING) / (this.side + GAP)));
    return Math.min(section.before + row * this.columns, section.before + section.count - 1);
  }

  draw() {
    const top = this.top;
    const shift = this.element.scrollTop - top;
    const end = top + this.view + MARGIN;
    const wanted = new Map();
    const from = this.months.indexOf(this.sectionAt(top - MARGIN));
    for (let n = Math.max(0, from); n < this.months.length && this.months[n].top < end; n += 1) {
      const section = this.months[n];
      wanted.set(`h${n}`, () => this.heading(section));
      const pitch = this.side + GAP;
      const first = Math.max(0, Math.floor((top - MARGIN - section.top - HEADING) / pitch));
      const last = Math.min(section.rows, Math.ceil((end - section.top - HEADING) / pitch));
      for (let row = first; row < last; row += 1) {
        wanted.set(`r${n}/${row}`, () => this.row(section, row));
      }
      this.ask(section, first * this.columns, Math.min(section.count, last * this.columns));
    }
    for (const [key, element] of this.drawn) {
      if (!wanted.has(key)) {
        element.remove();
        this.drawn.delete(key);
      }
    }
    let previous = null;
    for (const [key, make] of wanted) {
      let element = this.drawn.get(key);
      if (!element) {
        element = make();
        this.drawn.set(key, element);
        if (previous) previous.after(element);
        else this.canvas.prepend(element);
      }
      element.style.top = `${element.place() + shift}px`;
      element.style.setProperty("--columns", this.columns);
      previous = element;
    }
    this.mark();
    const here = this.sectionAt(top + HEADING);
    if (select && here && select.value !== here.month) select.value = here.month;
  }

  heading(section) {
    const element = document.createElement("div");
    element.className = "month";
    element.setAttribute("role", "row");
    const cell = document.createElement("div");
    cell.setAttribute("role", "rowheader");
    cell.textContent = monthName.format(new Date(`${section.month}T00:00:00Z`));
    const count = document.createElement("span");
    count.className = "quiet";
    count.textContent = ` ${section.count.toLocaleString("en")}`;
    cell.append(count);
    element.append(cell);
    element.place = () => section.top;
    return element;
  }

  row(section, row) {
    const element = document.createElement("div");
    element.className = "tiles";
    element.setAttribute("role", "row");
    element.place = () => this.rowTop(section, row);
    element.style.height = `${this.side}px`;
    const first = row * this.columns;
    const last = Math.min(section.count, first + this.columns);
    for (let at = first; at < last; at += 1) element.append(this.cell(section, at));
    return element;
  }

  cell(section, at) {
    const cell = document.createElement("div");
    cell.setAttribute("role", "gridcell");
    cell.id = `tile-${section.before + at}`;
    cell.className = "tile";
    cell.dataset.index = section.before + at;
    const tile = section.tiles.get(at);
    if (tile) this.fill(cell, tile);
    return cell;
  }

  fill(cell, tile) {
    const link = document.createElement("a");
    link.href = `/photo/${tile.id}`;
    link.tabIndex = -1;
    const notes = [tile.name || "a photo without a name"];
    if (tile.at) notes.push(tile.at);
    if (tile.kind === "video") notes.push("video");
    if (tile.conflicts) notes.push(`${tile.conflicts} open questions`);
    if (tile.trashed) notes.push("in the trash");
    if (tile.locked) notes.push("locked");
    const image = document.createElement("img");
    image.alt = notes.join(", ");
    image.title = notes.join("\n");
    image.decoding = "async";
    image.src = `/photo/${tile.id}/picture/${this.side > 150 ? "small" : "tiny"}?v=${tile.version}`;
    link.append(image);
    const marks = [];
    if (tile.kind === "video") marks.push("▶");
    if (tile.conflicts) marks.push("?");
    if (tile.trashed) marks.push("✕");
    if (marks.length) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.setAttribute("aria-hidden", "true");
      badge.textContent = marks.join(" ");
      link.append(badge);
    }
    link.addEventListener("click", () => {
      this.chosen = Number(cell.dataset.index);
      this.keep();
    });
    cell.replaceChildren(link);
  }

  /** Ask for the tiles of a range that are not here yet, in fixed batches. */
  ask(section, first, last) {
    for (let batch = Math.floor(first / BATCH); batch * BATCH < last; batch += 1) {
      if (section.asked.has(batch)) continue;
      section.asked.add(batch);
      const query = `first=${batch * BATCH}&count=${BATCH}`;
      fetch(`${this.base}/${section.month}/tiles?${query}`)
        .then((response) => (response.ok ? response.json() : Promise.reject(response.status)))
        .then((tiles) => {
          tiles.forEach((tile, n) => section.tiles.set(batch * BATCH + n, tile));
          for (const cell of this.canvas.querySelectorAll(".tile:empty")) {
            const at = Number(cell.dataset.index) - section.before;
            const tile = section.tiles.get(at);
            if (tile && at >= 0 && at < section.count) this.fill(cell, tile);
          }
          this.forget(section);
        })
        .catch(() => {
          section.asked.delete(batch);
          announce("Some photos could not be loaded. Scroll to try again.");
        });
    }
  }

  /** Keep the tiles of few months only. */
  forget(current) {
    this.recent = [current, ...(this.recent ?? []).filter((one) => one !== current)];
    for (const old of this.recent.splice(24)) {
      old.tiles.clear();
      old.asked.clear();
    }
  }

  tileAt(index) {
    const section = this.sectionOf(index);
    return section.tiles.get(index - section.before);
  }

  /** Scroll so that a photo is visible. */
  show(index, where = "nearest") {
    const section = this.sectionOf(index);
    const row = Math.floor((index - section.before) / this.columns);
    const top = this.rowTop(section, row);
    if (where === "start" || top - HEADING < this.top) this.top = top - HEADING;
    else if (top + this.side > this.top + this.view) this.top = top + this.side + GAP - this.view;
  }

  mark() {
    this.canvas.querySelector(".tile.chosen")?.classList.remove("chosen");
    for (const link of this.canvas.querySelectorAll(".tile a")) {
      const id = link.pathname.split("/").at(-1);
      link.parentElement.classList.toggle("exported", this.exported.has(id));
    }
    const cell = document.getElementById(`tile-${this.chosen}`);
    if (cell) {
      cell.classList.add("chosen");
      this.element.setAttribute("aria-activedescendant", cell.id);
    } else this.element.removeAttribute("aria-activedescendant");
  }

  /** Choose a photo for an export, or leave it out again. */
  toggle(index) {
    const tile = this.tileAt(index);
    if (!tile) return;
    if (!this.exported.delete(tile.id)) this.exported.add(tile.id);
    const count = this.exported.size;
    document.getElementById("photos").value = [...this.exported].join(" ");
    document.getElementById("chosen").textContent = `${count} chosen`;
    document.getElementById("export").open = count > 0;
    announce(`${tile.name}: ${this.exported.has(tile.id) ? "chosen" : "not chosen"}, ${count} in all`);
    this.mark();
  }

  choose(index) {
    this.chosen = Math.min(this.count - 1, Math.max(0, index));
    this.show(this.chosen);
    this.draw();
    const tile = this.tileAt(this.chosen);
    if (tile) announce(tile.name);
  }

  /** The photo in the row above or below, in the same column where there is one. */
  vertical(step) {
    const section = this.sectionOf(this.chosen);
    const at = this.chosen - section.before;
    const column = at % this.columns;
    const row = Math.floor(at / this.columns) + step;
    if (row >= 0 && row < section.rows) {
      return section.before + Math.min(section.count - 1, row * this.columns + column);
    }
    const other = this.months[this.months.indexOf(section) + step];
    if (!other) return this.chosen;
    const otherRow = step > 0 ? 0 : other.rows - 1;
    return other.before + Math.min(other.count - 1, otherRow * this.columns + column);
  }

  key(event) {
    const moves = {
      j: () => this.chosen + 1,
      k: () => this.chosen - 1,
      ArrowRight: () => this.chosen + 1,
      ArrowLeft: () => this.chosen - 1,
      ArrowDown: () => this.vertical(1),
      ArrowUp: () => this.vertical(-1),
      Home: () => 0,
      End: () => this.count - 1,
    };
    if (event.key in moves) {
      event.preventDefault();
      this.choose(moves[event.key]());
    } else if (event.key === "x") {
      this.toggle(this.chosen);
    } else if (event.key === "Enter" || event.key === "o") {
      const tile = this.tileAt(this.chosen);
      if (!tile) return;
      event.preventDefault();
      this.keep();
      location.assign(`/photo/${tile.id}`);
    }
  }

  /** Keep where one is, and the loaded photos around the chosen one for the photo's own page. */
  keep() {
    const around = [];
    for (let n = Math.max(0, this.chosen - 100); n < Math.min(this.count, this.chosen + 100); n += 1) {
      const tile = this.tileAt(n);
      if (tile) around.push([n, tile.id]);
    }
    const first = this.sectionAt(this.top);
    const state = { chosen: this.chosen, month: first?.month, offset: this.top - (first?.top ?? 0) };
    sessionStorage.setItem(this.kept, JSON.stringify(state));
    sessionStorage.setItem("list", JSON.stringify({ base: this.base, around }));
  }

  restore() {
    const asked = location.hash.slice(1);
    const named = this.months.find((one) => asked && one.month.startsWith(asked));
    const state = JSON.parse(sessionStorage.getItem(this.kept) ?? "null");
    if (named) {
      this.chosen = named.before;
      this.top = named.top;
    } else if (state) {
      this.chosen = Math.min(this.count - 1, state.chosen);
      const section = this.months.find((one) => one.month === state.month);
      this.top = (section?.top ?? 0) + state.offset;
      this.show(this.chosen);
    }
  }
}

if (root) {
  const gallery = new Gallery(root);
  select?.addEventListener("change", () => {
    const section = gallery.months.find((one) => one.month === select.value);
    gallery.chosen = section.before;
    gallery.top = section.top;
    gallery.draw();
  });
  document.addEventListener("keydown", (event) => {
    const free = [document.body, root].includes(document.activeElement) || root.contains(document.activeElement);
    if (isCommand(event) && free) gallery.key(event);
  });
  root.focus({ preventScroll: true });
}
