// The live list: a row for each stream, newest first. Drawn at most once a frame, and only where it is seen.

import { el, replace } from "./dom.js";
import { parseFilter } from "./filter.js";
import { plural, span } from "./format.js";
import { COLUMNS } from "./row.js";
import { Rows } from "./rows.js";
import { toolbar } from "./toolbar.js";
import { commonScale, drawAxis, niceScale } from "./waterfall.js";
import { nothing } from "./welcome.js";

// Running rows move so often; the feed has news ten times a second.
const BEAT_MS = 60;

/** A view (see page.js). `store` is asked at each `refresh`; `route.query` may have the filter (q). */
export class ListView {
  #store;
  #bar = toolbar({ filter: () => this.#filtered(), hold: () => this.#hold(), scale: () => this.refresh() });
  #axis = el("canvas", { class: "axis", "aria-hidden": "true" });
  #empty = el("div", { class: "empty" });
  #body = el("div", { role: "rowgroup" });
  #grid = grid(this.#axis, this.#body);
  #rows = new Rows(this.#body, () => this.refresh());
  #size = new ResizeObserver(() => this.recolour());
  #still = window.matchMedia("(prefers-reduced-motion: reduce)");
  #filter = parseFilter("");
  #paused = null; // the streams as they were when it was pressed, their ids, and when that was
  #generation = 0; // of colours and sizes
  #frame = 0;
  #beat = 0;

  constructor(store, route) {
    this.#store = store;
    const title = el("h1", { class: "unseen" }, "Streams");
    this.node = el("section", { "aria-label": "Streams" }, title, this.#bar.node, this.#grid, this.#empty);
    this.#size.observe(this.#grid);
    this.#body.addEventListener("click", (event) => open(event.target.closest(".row")?.dataset.id));
    this.#bar.box.value = route.query.get("q") ?? "";
    this.#filtered();
  }

  refresh() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
    });
  }

  recolour() {
    this.#generation += 1;
    this.refresh();
  }

  focus(id) {
    requestAnimationFrame(() => this.#rows.choose(id));
  }

  leave() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#beat);
    this.#rows.leave();
    this.#size.disconnect();
  }

  keys = {
    ArrowDown: () => this.#rows.step(1),
    j: () => this.#rows.step(1),
    ArrowUp: () => this.#rows.step(-1),
    k: () => this.#rows.step(-1),
    Home: () => this.#rows.first(),
    End: () => this.#rows.last(),
    Enter: () => open(this.#rows.current),
    "/": () => this.#bar.box.focus(),
    p: () => this.#hold(),
    Escape: () => this.#clear(),
  };

  #show() {
    clearTimeout(this.#beat);
    const all = this.#paused?.streams ?? this.#store.streams();
    const shown = all.filter(this.#filter.matches);
    const now = this.#paused?.at ?? Date.now() / 1000;
    const lengths = new Map(shown.map((stream) => [stream.id, this.#store.elapsed(stream, now)]));
    const fixed = this.#bar.scale();
    const scale = fixed ? niceScale(fixed) : commonScale([...lengths.values()].slice(0, 60));
    this.#tell(all, shown);
    this.#rows.arrange(shown);
    this.#rows.show(shown, lengths, scale, this.#generation);
    this.#drawScale(scale);
    const moves = shown.some((stream) => stream.state === "running" && this.#rows.isSeen(stream.id));
    if (moves && !this.#paused && !this.#still.matches) this.#beat = setTimeout(() => this.refresh(), BEAT_MS);
  }

  #drawScale(scale) {
    const key = `${this.#generation} ${scale.max}`;
    if (this.#axis.dataset.scale !== key) drawAxis(this.#axis, scale, span);
    this.#axis.dataset.scale = key;
  }

  #tell(all, shown) {
    const { error, empty } = this.#filter;
    const found = empty ? "" : `${plural(shown.length, "stream")} of ${all.length}`;
    this.#bar.say(error ? `Filter: ${error}` : found, error !== null);
    const isNew = ({ id }) => !this.#paused.ids.has(id);
    this.#bar.held(this.#paused !== null, this.#paused ? this.#store.streams().filter(isNew).length : 0);
    this.#grid.hidden = shown.length === 0;
    this.#empty.hidden = shown.length > 0;
    const why = shown.length ? "" : all.length ? "none" : this.#store.told ? "empty" : "untold";
    if (this.#empty.dataset.why === why) return;
    this.#empty.dataset.why = why;
    replace(this.#empty, why ? nothing(why) : null);
  }

  #filtered() {
    const text = this.#bar.box.value;
    this.#filter = parseFilter(text);
    const hash = text ? `#/?q=${encodeURIComponent(text)}` : "#/";
    if (location.hash !== hash) history.replaceState(null, "", hash);
    this.refresh();
  }

  #clear() {
    if (document.activeElement !== this.#bar.box) return;
    this.#bar.box.value = "";
    this.#filtered();
    this.#bar.box.blur();
  }

  #hold() {
    const streams = this.#store.streams();
    const ids = new Set(streams.map(({ id }) => id));
    this.#paused = this.#paused ? null : { streams, ids, at: Date.now() / 1000 };
    this.refresh();
  }
}

/** Opens a stream; false if there is none. */
function open(id) {
  if (id) location.hash = `#/streams/${encodeURIComponent(id)}`;
  return Boolean(id);
}

function grid(axis, body) {
  const heads = COLUMNS.map(([name, title, meaning]) =>
    el("span", { class: name, role: "columnheader", title: meaning }, title),
  );
  const picture = el("span", { role: "columnheader", "aria-label": "waterfall" }, axis);
  const head = el("div", { role: "rowgroup" }, el("div", { class: "head", role: "row" }, heads, picture));
  return el("div", { class: "streams", role: "grid", "aria-label": "Streams, newest first" }, head, body);
}
