// How an answer grew: characters by kind over time, and the tokens that the provider counted, where it did so on the way.

import { el, replace, setAttribute, setText } from "./dom.js";
import { count, span } from "./format.js";
import { growth, SERIES } from "./growth.js";
import { colours, niceScale } from "./waterfall.js";

const HEIGHT = 160;

/** {node, update(events, end), recolour(), leave()}. The library is loaded when there is something to draw. */
export function chart() {
  const place = el("div", { class: "chart" });
  const caption = el("figcaption", { class: "quiet" });
  const node = el("figure", { class: "growth", hidden: true }, caption, place);
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
    setAttribute(place.querySelector("table"), "aria-label", "Values of the chart");
  }

  return {
    node,
    update(events, end) {
      until = niceScale(end).max;
      columns = growth(events);
      node.hidden = columns.times.length < 2;
      setText(
        caption,
        columns.tokens
          ? "Characters received; ○ output tokens as the provider had counted them by then (right)"
          : "Characters received",
      );
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
  const axis = {
    stroke: colour.quiet,
    grid: { stroke: colour.line, width: 1 },
    ticks: { stroke: colour.line, width: 1 },
    font: "11px sans-serif",
    space: 80,
  };
  const series = names.map((name) =>
    name === "tokens"
      ? {
          label: "tokens by usage",
          scale: "tokens",
          stroke: colour.ink,
          paths: () => null,
          points: { show: true, size: 6, fill: colour.raised },
          value: (_, value) => count(value),
        }
      : {
          label: name,
          scale: "characters",
          stroke: colour[name],
          width: 1.5,
          paths,
          value: (_, value) => count(value),
          points: { show: false },
        },
  );
  const axes = [
    { ...axis, size: 26, values: (_, values) => values.map(span) },
    { ...axis, scale: "characters", size: 60, space: 36, values: (_, values) => values.map(count) },
  ];
  if (names.includes("tokens"))
    axes.push({
      ...axis,
      scale: "tokens",
      side: 1,
      size: 50,
      grid: { show: false },
      values: (_, values) => values.map(count),
    });
  return {
    width,
    height: HEIGHT,
    axes,
    scales: { x: { time: false, range: [0, until] }, characters: { range: fromZero }, tokens: { range: fromZero } },
    series: [{ label: "at", value: (_, value) => span(value) }, ...series],
    cursor: { drag: { x: true, y: false } },
    legend: { live: true },
  };
}

const fromZero = (_, low, high) => [0, Math.max(high * 1.05, 1)];
