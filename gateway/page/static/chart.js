// How an answer grew: characters by kind over time, and the tokens that the provider counted, where it did so on the way.

import { el, replace } from "./dom.js";
import { count, span } from "./format.js";
import { colours, niceScale } from "./waterfall.js";

const KINDS = { text: "text", refusal: "text", thinking: "thinking", tool_call: "tool" };
const SERIES = ["text", "thinking", "tool"];
const MOST_POINTS = 4_000;
const HEIGHT = 180;

/** Columns for the chart: {times, text, thinking, tool, tokens}; a kind that never came is null. Pure. */
export function growth(events) {
  const kinds = new Map();
  const totals = { text: 0, thinking: 0, tool: 0 };
  const columns = { times: [], text: [], thinking: [], tool: [], tokens: [] };
  for (const event of events) {
    if (event.type === "block.start") kinds.set(event.index, KINDS[event.kind]);
    const isToken = event.type === "block.delta" && typeof event.text === "string" && kinds.get(event.index);
    const counted = event.type === "usage" && typeof event.output === "number" ? event.output : null;
    if (!isToken && counted === null) continue;
    if (isToken) totals[kinds.get(event.index)] += event.text.length;
    const seconds = event.t / 1000;
    if (columns.times[columns.times.length - 1] !== seconds) {
      columns.times.push(seconds);
      for (const kind of SERIES) columns[kind].push(0);
      columns.tokens.push(null);
    }
    const last = columns.times.length - 1;
    for (const kind of SERIES) columns[kind][last] = totals[kind];
    if (counted !== null) columns.tokens[last] = counted;
  }
  for (const kind of SERIES) if (!totals[kind]) columns[kind] = null;
  if (new Set(columns.tokens.filter((each) => each !== null)).size < 2) columns.tokens = null;
  return thinned(columns);
}

/** At most so many points as a screen can show; the last one always. Totals lose nothing by it but steps. */
function thinned(columns) {
  const every = Math.ceil(columns.times.length / MOST_POINTS);
  if (every <= 1) return columns;
  const keep = (_, index) => index % every === 0 || index === columns.times.length - 1;
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column && column.filter(keep)]));
}

/** {node, update(events, end), recolour(), leave()}. The library is loaded when there is something to draw. */
export function chart() {
  const place = el("div", { class: "chart" });
  const node = el("figure", { class: "growth", hidden: true }, el("figcaption", { class: "quiet" }, "Characters received over time"), place);
  let plot = null;
  let shape = "";
  let columns = null;
  let until = 0;
  let library = null;
  const observer = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: HEIGHT }));
  observer.observe(place);

  async function show() {
    library ??= import("./vendor/uPlot.esm.js").then((module) => module.default);
    const UPlot = await library;
    if (!columns || !place.isConnected) return;
    const names = [...SERIES, "tokens"].filter((name) => columns[name]);
    const data = [columns.times, ...names.map((name) => columns[name])];
    const wanted = `${names.join()} ${until}`;
    if (plot && shape === wanted) return plot.setData(data);
    plot?.destroy();
    replace(place);
    shape = wanted;
    plot = new UPlot(options(names, place.clientWidth, until, UPlot.paths.stepped({ align: 1 })), data, place);
  }

  return {
    node,
    update(events, end) {
      until = niceScale(end).max;
      columns = growth(events);
      node.hidden = columns.times.length < 2;
      if (!node.hidden) show();
    },
    recolour() {
      shape = "";
      if (plot) show();
    },
    leave() {
      observer.disconnect();
      plot?.destroy();
      plot = null;
      columns = null;
    },
  };
}

function options(names, width, until, paths) {
  const colour = colours();
  const axis = { stroke: colour.quiet, grid: { stroke: colour.line, width: 1 }, ticks: { stroke: colour.line, width: 1 }, font: "11px sans-serif", space: 80 };
  const series = names.map((name) => (name === "tokens"
    ? { label: "tokens by usage", scale: "tokens", stroke: colour.ink, paths: () => null, points: { show: true, size: 5 }, value: (_, value) => count(value) }
    : { label: name, scale: "characters", stroke: colour[name], width: 1.5, paths, value: (_, value) => count(value), points: { show: false } }));
  const axes = [
    { ...axis, values: (_, values) => values.map(span) },
    { ...axis, scale: "characters", size: 60, space: 36, values: (_, values) => values.map(count) },
  ];
  if (names.includes("tokens")) axes.push({ ...axis, scale: "tokens", side: 1, size: 50, grid: { show: false }, values: (_, values) => values.map(count) });
  return {
    width, height: HEIGHT, axes, scales: { x: { time: false, range: [0, until] }, characters: { range: fromZero }, tokens: { range: fromZero } },
    series: [{ label: "at", value: (_, value) => span(value) }, ...series], cursor: { drag: { x: true, y: false } }, legend: { live: true },
  };
}

const fromZero = (_, low, high) => [0, Math.max(high * 1.05, 1)];
