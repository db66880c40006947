// The section of single streams: a waterfall of their chunks that can be ordered, filtered, zoomed and walked through.

import { el, setText } from "../../page/static/dom.js";
import { count, ms, plural, span } from "../../page/static/format.js";
import { visible } from "../../page/static/visible.js";
import { commonScale } from "../../page/static/waterfall.js";
import { ORDERS, arranged, moved, times, zoomed } from "./order.js";
import { ROW, across, paintRows, paintTimes } from "./rows.js";
import { seconds } from "./values.js";

const STATUSES = ["ok", "error", "incomplete", "aborted"];
const MOST_HEIGHT = 460;
const HELP =
  "A line for each chunk, at the time it came; ▼ is the first token. Zoom: the buttons, + and −, or the wheel with Ctrl.";
const LABEL = "Waterfall: up and down choose a stream, left and right move in time, plus and minus zoom, 0 shows all";

const named = (streams, number) => `${streams.models[streams.model[number]]}`;
const placed = (streams, number) => `${streams.cassettes[streams.cassette[number]]} #${streams.index[number]}`;

/** One stream in a sentence; `said(number)` says where its transcript is, if it is in the report. */
export function described(streams, number) {
  const time = (field) => `${field} ${ms(seconds(streams[field][number]))} ms`;
  const parts = [
    `${visible(placed(streams, number))} · ${visible(named(streams, number))} · ${streams.status[number]}`,
    streams.error[number] && `error ${visible(streams.error[number])}`,
    ...["ttfb", "ttft", "ttfo", "itl", "stall_max", "e2e", "duration"].map(time),
    `${count(streams.tokens_out[number])} tokens out`,
    plural(streams.chunks[number], "chunk"),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The section. Call `draw` again when the theme or the width has changed. */
export class Waterfall {
  #streams;
  #limits;
  #most; // seconds of the longest stream
  #usual; // and what nine of ten streams need
  #order = []; // the streams that are shown, by their numbers
  #current = null;
  #view; // [from, to] in seconds
  #waiting = false;
  #filters;
  #canvas = el("canvas", { "aria-hidden": "true" });
  #spacer = el("div", {});
  #axis = el("canvas", { class: "streams-axis", "aria-hidden": "true" });
  #list = el("div", { class: "streams", tabindex: 0, role: "group", "aria-label": LABEL }, this.#canvas, this.#spacer);
  #shown = el("p", { class: "quiet" });
  #detail = el("p", { class: "detail mono", role: "status" });

  constructor({ streams, limits }) {
    this.#streams = streams;
    this.#limits = limits;
    const ends = streams.duration.map(seconds);
    this.#most = ends.reduce((most, end) => Math.max(most, end), 0.001);
    this.#usual = Math.min(commonScale(ends).max, this.#most);
    this.#view = [0, this.#usual];
    const select = (options) =>
      el(
        "select",
        { onchange: () => this.#arrange() },
        options.map(([value, title]) => el("option", { value }, title)),
      );
    this.#filters = {
      order: select(ORDERS),
      model: select([["", "all"], ...streams.models.map((name, number) => [number, visible(name)])]),
      status: select([["", "all"], ...STATUSES.map((each) => [each, each])]),
    };
    this.node = el(
      "div",
      {},
      this.#toolbar(),
      el("p", { class: "quiet" }, HELP),
      this.#axis,
      this.#list,
      this.#shown,
      this.#detail,
    );
    this.#list.addEventListener("keydown", (event) => this.#press(event));
    this.#list.addEventListener("scroll", () => this.#soon(), { passive: true });
    this.#list.addEventListener("click", (event) => this.#chooseAt(event.clientY));
    this.#list.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    this.#arrange();
  }

  draw() {
    this.#waiting = false;
    const all = this.#order.length * ROW;
    const height = Math.min(MOST_HEIGHT, Math.max(ROW * 3, all));
    this.#list.style.height = `${height + 2}px`;
    this.#canvas.style.height = `${height}px`;
    this.#spacer.style.height = `${Math.max(0, all - height)}px`;
    const row = (number) => this.#row(number);
    paintRows(this.#canvas, {
      order: this.#order,
      current: this.#current,
      view: this.#view,
      top: this.#list.scrollTop,
      row,
    });
    paintTimes(this.#axis, this.#view, span);
  }

  #toolbar() {
    const button = (title, onclick) => el("button", { type: "button", onclick }, title);
    return el(
      "div",
      { class: "actions" },
      Object.entries(this.#filters).map(([name, node]) => el("label", {}, `${name} `, node)),
      button("Zoom in", () => this.#zoom(0.5)),
      button("Zoom out", () => this.#zoom(2)),
      button("Most", () => this.#show([0, this.#usual])),
      button("All", () => this.#show([0, this.#most])),
    );
  }

  #row(number) {
    const streams = this.#streams;
    return {
      label: visible(`${placed(streams, number)}  ${named(streams, number)}`, 60),
      status: streams.status[number],
      ttft: seconds(streams.ttft[number]),
      end: seconds(streams.duration[number]),
      ticks: times(streams.ticks[number], this.#limits.tick_us),
    };
  }

  #soon() {
    if (!this.#waiting) requestAnimationFrame(() => this.draw());
    this.#waiting = true;
  }

  #arrange() {
    const { order, model, status } = this.#filters;
    const { chunks, index, most_ticks: most } = this.#streams;
    this.#order = arranged(this.#streams, { order: order.value, model: model.value, status: status.value });
    this.#list.scrollTop = 0;
    const thinned = chunks.some((times) => times > most)
      ? `; of streams with more than ${count(most)} chunks, that many are drawn, evenly chosen`
      : "";
    setText(this.#shown, `${plural(this.#order.length, "stream")} of ${count(index.length)}${thinned}.`);
    this.#soon();
  }

  #choose(place) {
    const within = Math.min(Math.max(place, 0), this.#order.length - 1);
    if (within < 0) return;
    this.#current = this.#order[within];
    const list = this.#list;
    const top = within * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    setText(this.#detail, described(this.#streams, this.#current));
    this.#soon();
  }

  #chooseAt(y) {
    this.#choose(Math.floor((y - this.#list.getBoundingClientRect().top + this.#list.scrollTop) / ROW));
  }

  #step(by) {
    this.#choose(this.#order.indexOf(this.#current) + by);
  }

  #page() {
    return Math.floor(this.#list.clientHeight / ROW) - 1;
  }

  #show(view) {
    this.#view = view;
    this.#soon();
  }

  #zoom(factor, middle = (this.#view[0] + this.#view[1]) / 2) {
    this.#show(zoomed(this.#view, factor, middle, this.#most));
  }

  #keys = {
    ArrowDown: () => this.#step(1),
    ArrowUp: () => this.#step(-1),
    PageDown: () => this.#step(this.#page()),
    PageUp: () => this.#step(-this.#page()),
    Home: () => this.#choose(0),
    End: () => this.#choose(this.#order.length - 1),
    ArrowLeft: () => this.#show(moved(this.#view, -0.1, this.#most)),
    ArrowRight: () => this.#show(moved(this.#view, 0.1, this.#most)),
    "+": () => this.#zoom(0.5),
    "=": () => this.#zoom(0.5),
    "-": () => this.#zoom(2),
    0: () => this.#show([0, this.#most]),
  };

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#keys[event.key]) return;
    event.preventDefault();
    this.#keys[event.key]();
  }

  /** With Ctrl, the wheel zooms around the pointer. */
  #turn(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const [from, to] = this.#view;
    const x = across(this.#canvas.clientWidth, this.#view);
    const share = (event.clientX - this.#canvas.getBoundingClientRect().left - x(from)) / (x(to) - x(from));
    this.#zoom(event.deltaY > 0 ? 1.25 : 0.8, from + Math.min(Math.max(share, 0), 1) * (to - from));
  }
}
