// Curves and bars, drawn by uPlot. Colours are read when drawn, so a chart is made anew when the theme changes.

import uPlot from "../../page/static/vendor/uPlot.esm.js";
import { count, span } from "../../page/static/format.js";
import { shown, unitOf } from "./values.js";

const SERIES = 6;
const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [1, 3]];
const HEIGHT = 280;

const variable = (name) => resolved(`var(${name})`);

function resolved(colour) {
  const probe = document.createElement("span");
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Colour and dash of the n-th group: beyond six they repeat with another dash. */
export function styleOf(number) {
  return {
    stroke: variable(`--series-${(number % SERIES) + 1}`),
    dash: DASHES[(number + Math.floor(number / SERIES)) % DASHES.length],
  };
}

/** Paints a sample of a line on a small canvas, for the key. */
export function paintSample(canvas, number) {
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: 22 * ratio, height: 10 * ratio });
  const context = canvas.getContext("2d");
  const { stroke, dash } = styleOf(number);
  context.scale(ratio, ratio);
  context.strokeStyle = stroke;
  context.lineWidth = 2;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(0, 5);
  context.lineTo(22, 5);
  context.stroke();
}

function axis(label, values, more = {}) {
  const quiet = variable("--quiet");
  const line = { stroke: variable("--line"), width: 1 };
  return {
    label,
    labelSize: 18,
    labelFont: "12px system-ui, sans-serif",
    font: "11px system-ui, sans-serif",
    stroke: quiet,
    grid: line,
    ticks: { ...line, size: 4 },
    size: 30,
    values,
    ...more,
  };
}

const tick = (kind) => (kind === "time" ? span : (value) => String(Number(value.toPrecision(4))));
const axisLabel = (quantity) =>
  quantity.kind === "time" ? quantity.name : [quantity.name, unitOf(quantity.kind)].filter(Boolean).join(", ");

/** Labels of an axis: with as many decimals as tell neighbours apart. */
const labels = (kind) => (_, splits) => {
  const known = splits.filter((value) => value !== null);
  const step = known[1] - known[0] || known[0] || 1;
  const [factor, unit] = kind !== "time" ? [1, ""] : known[known.length - 1] < 2 ? [1000, " ms"] : [1, " s"];
  const decimals = Math.min(Math.max(-Math.floor(Math.log10(Math.abs(step * factor))), 0), 3);
  return splits.map((value) => (value === null ? "" : `${Number((value * factor).toFixed(decimals))}${unit}`));
};

/**
 * The curves of some groups: share of streams up to a value. `drawn` is [{curve: [values, shares], number, name}].
 * `say(text)` is told what is under the pointer.
 */
export function curves(place, quantity, drawn, { log, say }) {
  const tables = drawn.map(({ curve }) => curve);
  const values = [...new Set(tables.flatMap(([each]) => each))]
    .filter((value) => !log || value > 0)
    .sort((one, other) => one - other);
  if (!values.length) return null;
  const shares = tables.map((table) => values.map((value) => shareAt(table, value)));
  const [from, to] = [values[0], values[values.length - 1]];
  const pad = log ? 1.02 : (to - from || to || 1) * 0.02;
  const ends = log ? [from / pad, to * pad] : [from - pad, to + pad];
  const before = tables.map((table) => shareAt(table, ends[0]));
  const data = [
    [ends[0], ...values, ends[1]],
    ...shares.map((each, index) => [before[index], ...each, each[each.length - 1]]),
  ];
  const stepped = uPlot.paths.stepped({ align: 1 });
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false, distr: log ? 3 : 1, range: ends }, y: { range: [0, 1.02] } },
    axes: [
      axis(axisLabel(quantity), labels(quantity.kind)),
      axis("share of values", (_, splits) => splits.map((share) => `${Math.round(share * 100)}%`), { size: 44 }),
    ],
    series: [
      {},
      ...drawn.map(({ number }) => ({ ...styleOf(number), width: 1.5, paths: stepped, points: { show: false } })),
    ],
    cursor: { y: false, points: { show: false } },
    hooks: { setCursor: [(plot) => say(readCurves(plot, quantity, drawn, tables))] },
  };
  return new uPlot(options, data, place);
}

function readCurves(plot, quantity, drawn, tables) {
  if (plot.cursor.left === undefined || plot.cursor.left < 0) return "";
  const at = plot.posToVal(plot.cursor.left, "x");
  const shares = drawn.map(({ name }, index) => `${name} ${(shareAt(tables[index], at) * 100).toFixed(1)}%`);
  return `up to ${tick(quantity.kind)(at)}: ${shares.join(", ")}`;
}

function shareAt([values, shares], at) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low ? shares[low - 1] : 0;
}

/** The bars of one group's histogram: `bins` is [[low, high, count], ...], of equal width. */
export function bars(place, quantity, bins, number, { say }) {
  const edges = bins.map(([low]) => low);
  const last = bins[bins.length - 1][1];
  const width = last - edges[0] || Math.abs(last) * 0.1 || 1;
  const { stroke } = styleOf(number);
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    scales: {
      x: { time: false, range: [edges[0] - width * 0.02, last + width * 0.02] },
      y: { range: (_, low, high) => [0, Math.max(1, high * 1.05)] },
    },
    axes: [
      axis(axisLabel(quantity), labels(quantity.kind)),
      axis("values", (_, splits) => splits.map((value) => (Number.isInteger(value) ? count(value) : "")), { size: 52 }),
    ],
    series: [
      {},
      {
        stroke,
        fill: stroke,
        width: 0,
        paths: uPlot.paths.bars({ size: [0.94, Infinity], align: 1 }),
        points: { show: false },
      },
    ],
    cursor: { y: false, points: { show: false } },
    hooks: { setCursor: [(plot) => say(readBars(plot, quantity, bins))] },
  };
  return new uPlot(options, [edges, bins.map(([, , times]) => times)], place);
}

function readBars(plot, quantity, bins) {
  if (plot.cursor.left === undefined || plot.cursor.left < 0) return "";
  const at = plot.posToVal(plot.cursor.left, "x");
  const bin = bins.find(([low, high]) => at >= low && at <= high);
  if (!bin) return "";
  const unit = unitOf(quantity.kind);
  return `${shown(quantity.kind, bin[0])} to ${shown(quantity.kind, bin[1])}${unit ? ` ${unit}` : ""}: ${count(bin[2])}`;
}
