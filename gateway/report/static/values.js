// The report's numbers as texts. Times are seconds, but for the columns of single streams: these are µs. Pure.

import { count, ms, rate } from "../../page/static/format.js";

const NONE = "–";

const FORMATS = { time: ms, rate, count };
const UNITS = { time: "ms", rate: "tokens/s", count: "" };

/** A time of a stream's column (µs) in seconds; null stays null. */
export const seconds = (micros) => (micros === null || micros === undefined ? null : micros / 1e6);

/** A value of a quantity of this kind, without its unit. */
export const shown = (kind, value) => FORMATS[kind](value);

/** The unit of that: "ms", "tokens/s", or nothing. */
export const unitOf = (kind) => UNITS[kind];

/** A change with its sign: "+12", "−3.4". */
export function change(kind, value) {
  if (value === null || value === undefined) return NONE;
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  return sign + shown(kind, Math.abs(value));
}

/** A share as percent, with its sign. */
export function percent(share) {
  if (share === null || share === undefined) return NONE;
  return `${share > 0 ? "+" : share < 0 ? "−" : "±"}${(Math.abs(share) * 100).toFixed(1)}%`;
}

/** What a group is called: the values of what it is grouped `by`, and that it is replayed if it is. */
export function nameOf(group, by) {
  const name =
    by
      .map((dimension) => group[dimension])
      .filter(Boolean)
      .join(" ") || "all streams";
  return group.source === "replay" ? `${name} (replayed)` : name;
}

/** The title of a quantity, with its variant and unit: "itl (per stream, by usage), ms". */
export function titleOf(quantity) {
  const unit = unitOf(quantity.kind);
  return `${quantity.name} (${quantity.variant})${unit ? `, ${unit}` : ""}`;
}
