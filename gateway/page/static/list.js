// The live list: a row for each stream, newest first. Drawn at most once a frame, and only where it is seen.

import { copyButton, el, replace, setAttribute, setText } from "./dom.js";
import { parseFilter } from "./filter.js";
import { plural, span } from "./format.js";
import { legend } from "./legend.js";
import { COLUMNS, makeRow, paintRow, writeRow } from "./row.js";
import { commonScale, drawAxis, niceScale } from "./waterfall.js";

// Running rows move so often; the feed has news ten times a second.
const BEAT_MS = 60;
const SCALES = [0.5, 1, 2, 5, 10, 30, 60, 120];

// What stands in place of rows, by why there are none.
const EMPTY = {
  none: () => el("p", {}, "No stream fits the filter."),
  untold: () => el("p", { class: "quiet" }, "Waiting for the gateway."),
  empty: () => welcome(),
};

/** {node, refresh(), recolour(), leave(), keys}. `store` is asked at each `refresh`; `route.query` may have the filter (q). */
export function listView(store, route) {
  const rows = new Map();
  const seen = new Set();
  let order = [];
  let selected = null;
  let frame = 0;
  let paused = null; // the streams as they were when it was pressed
  let generation = 0;
  let beat = 0;
  let touched = false; // somebody has chosen a row
  let filter = parseFilter("");

  const box = el("input", {
    type: "search",
    placeholder: "Filter: gpt  state:error  ttft>0.5",
    "aria-label": "Filter streams",
    "aria-describedby": "filter-said",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
    oninput: () => filtered(),
  });
  const pause = el(
    "button",
    { type: "button", "aria-pressed": "false", "aria-keyshortcuts": "p", onclick: () => hold() },
    "Pause",
  );
  const scales = el(
    "select",
    { id: "scale", onchange: () => schedule() },
    el("option", { value: "" }, "fit"),
    SCALES.map((each) => el("option", { value: each }, span(each))),
  );
  const said = el("p", { class: "said", id: "filter-said", role: "status" });
  const axis = el("canvas", { class: "axis", "aria-hidden": "true" });
  const head = el(
    "div",
    { class: "head", role: "row" },
    COLUMNS.map(([name, title, meaning]) => el("span", { class: name, role: "columnheader", title: meaning }, title)),
    el("span", { role: "columnheader", "aria-label": "waterfall" }, axis),
  );
  const body = el("div", { role: "rowgroup" });
  const grid = el(
    "div",
    { class: "streams", role: "grid", "aria-label": "Streams, newest first" },
    el("div", { role: "rowgroup" }, head),
    body,
  );
  const empty = el("div", { class: "empty" });
  const node = el(
    "section",
    { "aria-label": "Streams" },
    el("h1", { class: "unseen" }, "Streams"),
    el(
      "div",
      { class: "toolbar", role: "search" },
      box,
      pause,
      el("label", { for: "scale" }, "Scale"),
      scales,
      said,
      legend(),
    ),
    grid,
    empty,
  );

  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        isIntersecting ? seen.add(target.dataset.id) : seen.delete(target.dataset.id);
      schedule();
    },
    { rootMargin: "200px" },
  );
  const size = new ResizeObserver(() => recolour());
  size.observe(grid);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  function schedule() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      show();
    });
  }

  function show() {
    clearTimeout(beat);
    const now = Date.now() / 1000;
    const all = paused?.streams ?? store.streams();
    const shown = all.filter(filter.matches);
    const lengths = new Map(shown.map((stream) => [stream.id, store.elapsed(stream, paused?.at ?? now)]));
    arrange(shown);
    const scale = scales.value ? niceScale(Number(scales.value)) : commonScale([...lengths.values()].slice(0, 60));
    for (const stream of shown) {
      const row = rows.get(stream.id);
      writeRow(row, stream, lengths.get(stream.id));
      if (seen.has(stream.id)) paintRow(row, stream, lengths.get(stream.id), scale, generation);
    }
    if (axis.dataset.scale !== `${generation} ${scale.max}`) drawAxis(axis, scale, span);
    axis.dataset.scale = `${generation} ${scale.max}`;
    tell(all, shown);
    const moves = shown.some((stream) => stream.state === "running" && seen.has(stream.id));
    if (moves && !paused && !still.matches) beat = setTimeout(schedule, BEAT_MS);
  }

  /** Puts rows in the order of `shown`, moving no more than must be: the row with the focus stays where it is. */
  function arrange(shown) {
    order = shown.map((stream) => stream.id);
    const wanted = new Set(order);
    for (const [id, row] of rows) if (!wanted.has(id)) drop(id, row);
    let next = body.firstChild;
    for (const stream of shown) {
      let row = rows.get(stream.id);
      if (!row) {
        row = makeRow(stream);
        rows.set(stream.id, row);
        sight.observe(row.node);
      }
      if (row.node === next) next = next.nextSibling;
      else body.insertBefore(row.node, next);
    }
    if (!touched || !wanted.has(selected)) select(order[0] ?? null, false);
  }

  function drop(id, row) {
    sight.unobserve(row.node);
    row.node.remove();
    rows.delete(id);
    seen.delete(id);
  }

  function select(id, focus = true) {
    for (const [each, mark] of [
      [selected, false],
      [id, true],
    ]) {
      const row = rows.get(each);
      if (!row) continue;
      setAttribute(row.node, "aria-selected", String(mark && focus));
      row.node.tabIndex = mark ? 0 : -1;
    }
    selected = id;
    touched ||= focus;
    if (focus) rows.get(id)?.node.focus();
  }

  function tell(all, shown) {
    const waiting = paused ? store.streams().filter(({ id }) => !paused.ids.has(id)).length : 0;
    setText(pause, paused ? (waiting > 0 ? `Resume (${waiting} new)` : "Resume") : "Pause");
    setText(
      said,
      filter.error
        ? `Filter: ${filter.error}`
        : filter.empty
          ? ""
          : `${plural(shown.length, "stream")} of ${all.length}`,
    );
    setAttribute(said, "class", filter.error ? "said bad" : "said");
    grid.hidden = shown.length === 0;
    empty.hidden = shown.length > 0;
    const why = all.length ? "none" : store.told ? "empty" : "untold";
    if (!empty.hidden && empty.dataset.why !== why) {
      empty.dataset.why = why;
      replace(empty, EMPTY[why]());
    }
    if (shown.length) delete empty.dataset.why;
  }

  function filtered() {
    filter = parseFilter(box.value);
    setAttribute(box, "aria-invalid", filter.error ? "true" : null);
    const query = box.value ? `#/?q=${encodeURIComponent(box.value)}` : "#/";
    if (location.hash !== query) history.replaceState(null, "", query);
    schedule();
  }

  function hold() {
    const streams = store.streams();
    paused = paused ? null : { streams, ids: new Set(streams.map(({ id }) => id)), at: Date.now() / 1000 };
    setAttribute(pause, "aria-pressed", String(paused !== null));
    schedule();
  }

  function step(by) {
    const at = order.indexOf(selected);
    const isOn = rows.get(selected)?.node === document.activeElement;
    const next = isOn ? Math.min(Math.max(at + by, 0), order.length - 1) : Math.max(at, 0);
    if (order.length) select(order[next]);
  }

  function recolour() {
    generation += 1;
    schedule();
  }

  const open = (id) => {
    if (id) location.hash = `#/streams/${encodeURIComponent(id)}`;
  };
  body.addEventListener("click", (event) => open(event.target.closest(".row")?.dataset.id));
  body.addEventListener("focusin", (event) => {
    const id = event.target.closest(".row")?.dataset.id;
    if (id) select(id, true);
  });

  box.value = route.query.get("q") ?? "";
  filtered();
  return {
    node,
    refresh: schedule,
    recolour,
    focus: (id) => requestAnimationFrame(() => rows.has(id) && select(id)),
    leave() {
      cancelAnimationFrame(frame);
      clearTimeout(beat);
      sight.disconnect();
      size.disconnect();
    },
    keys: {
      ArrowDown: () => step(1),
      j: () => step(1),
      ArrowUp: () => step(-1),
      k: () => step(-1),
      Home: () => order.length && select(order[0]),
      End: () => order.length && select(order[order.length - 1]),
      Enter: () => (document.activeElement?.closest?.(".row") ? (open(selected), true) : false),
      "/": () => box.focus(),
      p: hold,
      Escape: () => {
        if (document.activeElement === box) {
          box.value = "";
          filtered();
          box.blur();
        }
      },
    },
  };
}

/** What to do when there is nothing to see: where an SDK has to be pointed at. */
function welcome() {
  const commands = [
    ["Anthropic's SDKs", `export ANTHROPIC_BASE_URL=${location.origin}/anthropic`],
    ["OpenAI's SDKs", `export OPENAI_BASE_URL=${location.origin}/openai/v1`],
  ];
  return [
    el("h2", {}, "No stream yet"),
    el("p", {}, "Streams appear here while they run. Point an SDK at this gateway, and run your program:"),
    commands.map(([name, command]) => [
      el("h3", {}, name),
      el(
        "div",
        { class: "command" },
        el("code", {}, command),
        copyButton("Copy", () => command),
      ),
    ]),
    el(
      "p",
      { class: "quiet" },
      "Other providers have their own paths: any request to a path that is not known lists them all.",
    ),
  ];
}
