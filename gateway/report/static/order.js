// Which streams the waterfall shows, and in which order. Pure; a stream is its number in the report's columns.

/** [field, title]: what streams can be ordered by; all but the first begin with the greatest. */
export const ORDERS = [
  ["recorded", "as recorded"],
  ["ttft", "slowest ttft first"],
  ["ttfo", "slowest ttfo first"],
  ["itl", "slowest itl first"],
  ["stall_max", "longest gap first"],
  ["e2e", "slowest e2e first"],
  ["duration", "longest first"],
];

/** The numbers of the streams of this model and status ("" is any), in this order. Unknown values come last. */
export function arranged(streams, { order, model, status }) {
  const chosen = [];
  for (let number = 0; number < streams.index.length; number += 1) {
    if (model !== "" && streams.model[number] !== Number(model)) continue;
    if (status !== "" && streams.status[number] !== status) continue;
    chosen.push(number);
  }
  if (order === "recorded") return chosen;
  const values = streams[order];
  return chosen.sort((one, other) => (values[other] ?? -1) - (values[one] ?? -1) || one - other);
}

/** The times of a stream's ticks in seconds, from their distances in `unit` µs. */
export function times(deltas, unit) {
  let at = 0;
  return deltas.map((delta) => {
    at += delta;
    return (at * unit) / 1e6;
  });
}

/** A part of the time line [from, to] made larger or smaller around `middle`, within [0, most]. */
export function zoomed([from, to], factor, middle, most) {
  const width = Math.min(Math.max((to - from) * factor, most / 5000), most);
  const start = Math.min(Math.max(middle - ((middle - from) / (to - from)) * width, 0), most - width);
  return [start, start + width];
}

/** A part of the time line moved by a share of its width (to the left if below 0), within [0, most]. */
export function moved([from, to], share, most) {
  const step = Math.min(Math.max((to - from) * share, -from), Math.max(most - to, 0));
  return [from + step, to + step];
}
