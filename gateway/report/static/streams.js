// The section of single streams: a waterfall of their chunks that can be ordered, filtered, zoomed and walked through.

import { el, setText } from "../../page/static/dom.js";
import { count, ms, plural, span } from "../../page/static/format.js";
import { visible } from "../../page/static/visible.js";
import { commonScale } from "../../page/static/waterfall.js";
import { ORDERS, arranged, times, zoomed } from "./order.js";
import { ROW, across, paintRows, paintTimes } from "./rows.js";
import { seconds } from "./values.js";

const STATUSES = ["ok", "error", "incomplete", "aborted"];

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

/** {node, draw()}: `draw` again when the theme or the width has changed. */
export function waterfall({ streams, limits }) {
  const most = Math.max(0.001, ...streams.duration.map(seconds));
  const usual = Math.min(commonScale(streams.duration.map(seconds)).max, most);
  const state = { order: [], current: null, view: [0, usual] };
  const select = (label, options) => {
    const node = el("select", { onchange: arrange }, options.map(([value, title]) => el("option", { value }, title)));
    return { node, label: el("label", {}, `${label} `, node) };
  };
  const order = select("order", ORDERS);
  const model = select("model", [["", "all"], ...streams.models.map((name, number) => [number, visible(name)])]);
  const status = select("status", [["", "all"], ...STATUSES.map((each) => [each, each])]);
  const canvas = el("canvas", { "aria-hidden": "true" });
  const spacer = el("div", {});
  const axis = el("canvas", { class: "streams-axis", "aria-hidden": "true" });
  const list = el("div", { class: "streams", tabindex: 0, role: "group", "aria-label": "Waterfall: up and down choose a stream, left and right move in time, plus and minus zoom, 0 shows all" }, canvas, spacer);
  const shown = el("p", { class: "quiet" });
  const detail = el("p", { class: "detail mono", role: "status" });
  let waiting = false;

  function row(number) {
    return {
      label: visible(`${placed(streams, number)}  ${named(streams, number)}`, 60), status: streams.status[number], ttft: seconds(streams.ttft[number]),
      end: seconds(streams.duration[number]), ticks: times(streams.ticks[number], limits.tick_us),
    };
  }

  function draw() {
    waiting = false;
    const height = Math.min(460, Math.max(ROW * 3, state.order.length * ROW));
    list.style.height = `${height + 2}px`;
    canvas.style.height = `${height}px`;
    spacer.style.height = `${Math.max(0, state.order.length * ROW - height)}px`;
    paintRows(canvas, { ...state, top: list.scrollTop, row });
    paintTimes(axis, state.view, span);
  }

  function soon() {
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  }

  function arrange() {
    state.order = arranged(streams, { order: order.node.value, model: model.node.value, status: status.node.value });
    list.scrollTop = 0;
    const thinned = streams.chunks.some((times) => times > streams.most_ticks) ? `; of streams with more than ${count(streams.most_ticks)} chunks, that many are drawn, evenly chosen` : "";
    setText(shown, `${plural(state.order.length, "stream")} of ${count(streams.index.length)}${thinned}.`);
    soon();
  }

  function choose(place) {
    const within = Math.min(Math.max(place, 0), state.order.length - 1);
    if (within < 0) return;
    state.current = state.order[within];
    const top = within * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    setText(detail, described(streams, state.current));
    soon();
  }

  function zoom(factor, middle = (state.view[0] + state.view[1]) / 2) {
    state.view = zoomed(state.view, factor, middle, most);
    soon();
  }

  function move(share) {
    const [from, to] = state.view;
    const step = Math.min(Math.max((to - from) * share, -from), Math.max(most - to, 0));
    state.view = [from + step, to + step];
    soon();
  }

  const fit = (to) => () => {
    state.view = [0, to];
    soon();
  };
  const page = () => Math.floor(list.clientHeight / ROW) - 1;
  const step = (by) => () => choose(state.order.indexOf(state.current) + by);
  const KEYS = {
    ArrowDown: step(1), ArrowUp: step(-1), PageDown: () => step(page())(), PageUp: () => step(-page())(), Home: () => choose(0), End: () => choose(state.order.length - 1),
    ArrowLeft: () => move(-0.1), ArrowRight: () => move(0.1), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: fit(most),
  };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  list.addEventListener("scroll", soon, { passive: true });
  list.addEventListener("click", (event) => {
    choose(Math.floor((event.clientY - list.getBoundingClientRect().top + list.scrollTop) / ROW));
  });
  list.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const x = across(canvas.clientWidth, state.view);
    const share = (event.clientX - canvas.getBoundingClientRect().left - x(state.view[0])) / (x(state.view[1]) - x(state.view[0]));
    zoom(event.deltaY > 0 ? 1.25 : 0.8, state.view[0] + Math.min(Math.max(share, 0), 1) * (state.view[1] - state.view[0]));
  }, { passive: false });

  const node = el("div", {},
    el("div", { class: "actions" }, order.label, model.label, status.label,
      el("button", { type: "button", onclick: () => zoom(0.5) }, "Zoom in"), el("button", { type: "button", onclick: () => zoom(2) }, "Zoom out"),
      el("button", { type: "button", onclick: fit(usual) }, "Most"), el("button", { type: "button", onclick: fit(most) }, "All")),
    el("p", { class: "quiet" }, "A line for each chunk, at the time it came; ▼ is the first token. Zoom: the buttons, + and −, or the wheel with Ctrl."),
    axis, list, shown, detail);
  arrange();
  return { node, draw };
}
