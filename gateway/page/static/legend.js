// What the marks of a waterfall stand for.

import { el } from "./dom.js";

const KINDS = [
  ["text", "text"],
  ["thinking", "thinking"],
  ["tool", "tool call"],
  ["meta", "other"],
  ["error", "error"],
  ["stall", "stall"],
];

export function legend() {
  return el(
    "ul",
    { class: "legend", "aria-label": "Marks in the waterfall" },
    el("li", {}, el("span", { class: "key first", "aria-hidden": "true" }, "▼"), "first token"),
    KINDS.map(([kind, name]) => el("li", {}, el("span", { class: `key ${kind}`, "aria-hidden": "true" }), name)),
  );
}
