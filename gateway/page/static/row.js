// One row of the list: made once for a stream, then only what changed is written.

import { el, setAttribute, setText } from "./dom.js";
import { clock, count, ms, rate, span } from "./format.js";
import { visible } from "./visible.js";
import { described, draw } from "./waterfall.js";

// [class, head, title, text(stream), number?]
export const COLUMNS = [
  ["time", "time", "When the request came, local time", (s) => clock(s.started)],
  ["state", "state", "How it stands, or how it ended", (s) => s.state],
  ["source", "source", "live: from the provider; replay: from a cassette", (s) => s.source],
  ["provider", "provider", "The upstream", (s) => s.provider],
  ["model", "model", "The model that answered", (s) => s.model],
  ["cassette", "cassette", "Where it is recorded, or replayed from", (s) => s.cassette],
  ["ttft number", "TTFT ms", "Time to first token", (s) => ms(s.ttft)],
  ["tps number", "tok/s", "Output tokens per second after the first, by the provider's count", (s) => rate(s.tps)],
  ["tokens number", "tokens", "Output tokens, by the provider's count", (s) => count(s.tokens_out)],
  ["duration number", "ms", "Duration, so far or in all", (s, elapsed) => ms(elapsed)],
];

export function makeRow(stream) {
  const cells = COLUMNS.map(([name]) => {
    const kind = name.split(" ")[0];
    return kind === "source"
      ? el("span", { role: "gridcell", class: "source" }, el("span", { class: `badge ${stream.source}` }))
      : el("span", { role: "gridcell", class: name });
  });
  const canvas = el("canvas", { class: "waterfall", role: "img", "aria-label": "running" });
  const node = el(
    "div",
    { class: "row", role: "row", tabindex: -1, "aria-selected": "false", "data-id": stream.id },
    cells,
    el("span", { role: "gridcell", class: "picture-cell" }, canvas),
  );
  return { node, cells, canvas, written: null, painted: "" };
}

/** Writes the cells, if the stream is another object than last time or runs. */
export function writeRow(row, stream, elapsed) {
  if (row.written === stream && stream.state !== "running") return;
  COLUMNS.forEach(([name, , , text], index) => {
    const cell = row.cells[index];
    const raw = text(stream, elapsed);
    const shown = raw === null || raw === undefined || raw === "" ? "–" : visible(String(raw), 120);
    setText(name === "source" ? cell.firstChild : cell, shown);
    if (name === "state") setAttribute(cell, "class", `state ${stream.state}`);
    if (["model", "provider", "cassette"].includes(name)) setAttribute(cell, "title", shown);
    if (name === "state") setAttribute(cell, "title", stream.error ? visible(stream.error, 200) : null);
  });
  row.written = stream;
}

/** Paints the waterfall, if anything about it changed. */
export function paintRow(row, stream, elapsed, scale, generation) {
  const key = `${generation} ${scale.max} ${stream.ticks.length} ${stream.state} ${Math.round(elapsed * 100)} ${stream.ttft}`;
  if (row.painted === key) return;
  row.painted = key;
  const markers = { ttft: stream.ttft, end: elapsed };
  draw(row.canvas, stream.ticks, scale, markers);
  if (stream.state !== "running") setAttribute(row.canvas, "aria-label", described(stream.ticks, markers, span));
}
