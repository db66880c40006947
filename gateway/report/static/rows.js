// Rows of the waterfall on one canvas: only those in view are painted, so ten thousand cost what thirty do.
//
//     openai gpt-x  ▕ ────────────▼▮▮ ▮▮▮▮▮▮▮   ▮▮▮▮▮ ▏     pale: waiting    ▼ first token    ▮ a chunk

import { colours, niceScale, prepared } from "../../page/static/waterfall.js";

export const ROW = 18;

/** Width of the labels on the left. */
export const labelWidth = (width) => (width < 620 ? 96 : 250);

/** Pixels from the left for a time (s), in a picture of this width and view [from, to]. */
export function across(width, [from, to]) {
  const left = labelWidth(width);
  return (at) => left + ((at - from) / (to - from)) * (width - left - 8);
}

/**
 * Paints the rows from `top` pixels on. `row(number)` gives {label, status, ttft, end, ticks} in seconds; `order` are the
 * numbers in their order, `current` is the one that is selected.
 */
export function paintRows(canvas, { order, current, top, view, row }) {
  const paper = prepared(canvas);
  if (!paper) return;
  const { context, width, height } = paper;
  const brush = { context, width, colour: colours(), x: across(width, view), left: labelWidth(width) };
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  const first = Math.floor(top / ROW);
  for (let place = first; place < order.length && place * ROW - top < height; place += 1) {
    paintRow(brush, place * ROW - top, row(order[place]), order[place] === current);
  }
}

function paintRow(brush, y, stream, isCurrent) {
  const { context, colour, width, left } = brush;
  if (isCurrent) {
    context.fillStyle = colour.wait;
    context.fillRect(0, y, width, ROW);
  }
  context.save();
  context.beginPath();
  context.rect(left, y, width - left, ROW);
  context.clip();
  paintTime(brush, y, stream);
  context.restore();
  context.save();
  context.beginPath();
  context.rect(0, y, left - 6, ROW);
  context.clip();
  context.fillStyle = stream.status === "ok" ? colour.quiet : colour.error;
  context.fillText(stream.label, 6, y + ROW / 2);
  context.restore();
}

function paintTime({ context, colour, x, width, left }, y, { ttft, end, ticks, status }) {
  const band = (from, to, fill) => {
    context.fillStyle = fill;
    context.fillRect(x(from), y + ROW - 6, Math.max(x(to) - x(from), 1), 3);
  };
  band(0, ttft ?? end, colour.meta);
  if (ttft !== null) band(ttft, end, colour.text);
  context.fillStyle = status === "ok" ? colour.text : colour.error;
  let painted = null;
  for (const at of ticks) {
    const place = Math.round(x(at) * 2) / 2;
    if (place === painted || place < left - 2) continue;
    if (place > width) break;
    painted = place;
    context.fillRect(place, y + 4, 1, ROW - 8);
  }
  if (ttft !== null) marker(context, colour, x(ttft), y);
  if (status !== "ok") {
    context.fillStyle = colour.error;
    context.fillRect(x(end) - 1, y + 2, 3, ROW - 4);
  }
}

function marker(context, colour, at, y) {
  context.fillStyle = colour.ink;
  context.beginPath();
  context.moveTo(at - 4, y + 1);
  context.lineTo(at + 4, y + 1);
  context.lineTo(at, y + 7);
  context.fill();
}

/** Paints the times above the rows, at round ones within the view; `label(seconds)` gives their texts. */
export function paintTimes(canvas, view, label) {
  const paper = prepared(canvas);
  if (!paper) return;
  const { context, width, height } = paper;
  const x = across(width, view);
  const colour = colours();
  const { step } = niceScale(view[1] - view[0]);
  const every = Math.ceil(64 / (x(step) - x(0)));
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "top";
  context.textAlign = "center";
  for (let number = Math.ceil(view[0] / step); number * step <= view[1]; number += 1) {
    const left = x(number * step);
    context.fillStyle = colour.line;
    context.fillRect(left, height - 5, 1, 5);
    context.fillStyle = colour.quiet;
    if (number % every === 0 && left < width - 16) context.fillText(label(number * step), left, 0);
  }
}
