// The section of distributions: choose a quantity, see its curve for each group, its bars for one, its percentiles.

import { el, replace, setText } from "../../page/static/dom.js";
import { visible } from "../../page/static/visible.js";
import { bars, curves, paintSample } from "./charts.js";
import { percentilesTable } from "./tables.js";
import { nameOf, titleOf } from "./values.js";

const FIRST_GROUPS = 6;

/** {node, draw()}: `draw` again when the theme or the width has changed. The base of a comparison is drawn beside the rest. */
export function distributions({ by, groups, comparison, quantities }) {
  const all = [
    ...groups.map((group) => ({ group, name: visible(nameOf(group, by)) })),
    ...(comparison?.groups ?? []).map((group) => ({ group, name: `base: ${visible(nameOf(group, by))}` })),
  ].map((each, number) => ({ ...each, number, on: number < FIRST_GROUPS || number >= groups.length }));
  const offered = quantities.filter(({ name }) => all.some(({ group }) => group.quantities[name]));
  if (!offered.length)
    return {
      node: el("p", { class: "quiet" }, "No stream has numbers: none ended ok and came as a stream."),
      draw() {},
    };
  let quantity = offered.find(({ name }) => name === "ttft") ?? offered[0];
  let plots = [];

  const choice = el(
    "select",
    { onchange: () => choose() },
    offered.map((each) => el("option", { value: each.name, selected: each === quantity }, titleOf(each))),
  );
  const log = el("input", { type: "checkbox", onchange: () => draw() });
  const which = el(
    "select",
    { onchange: () => draw() },
    all.map(({ name, number }) => el("option", { value: number }, name)),
  );
  const key = el("div", { class: "key", role: "group", "aria-label": "Groups that are drawn" }, all.map(keyOf));
  const [curvePlace, barPlace] = [el("div", {}), el("div", {})];
  const [curveReading, barReading] = [el("p", { class: "reading" }), el("p", { class: "reading" })];
  const percentiles = el("div", {});

  function keyOf(each) {
    const box = el("input", {
      type: "checkbox",
      checked: each.on,
      onchange: () => {
        each.on = box.checked;
        draw();
      },
    });
    return el("label", {}, box, el("canvas", { "aria-hidden": "true" }), each.name);
  }

  function choose() {
    quantity = offered.find(({ name }) => name === choice.value);
    draw();
  }

  function draw() {
    for (const plot of plots) plot?.destroy();
    replace(curvePlace);
    replace(barPlace);
    key.querySelectorAll("canvas").forEach((canvas, number) => paintSample(canvas, number));
    const has = ({ group }) => group.quantities[quantity.name];
    const drawn = all.filter((each) => each.on && has(each)).map((each) => ({ ...each, curve: has(each).curve }));
    const barred = all[Number(which.value)];
    plots = [
      curves(curvePlace, quantity, drawn, { log: log.checked, say: (text) => setText(curveReading, text) }),
      has(barred)
        ? bars(barPlace, quantity, has(barred).bins, barred.number, { say: (text) => setText(barReading, text) })
        : null,
    ];
    if (!plots[0]) replace(curvePlace, el("p", { class: "quiet" }, "No group with values is chosen."));
    if (!plots[1]) replace(barPlace, el("p", { class: "quiet" }, `${barred.name} has no values of ${quantity.name}.`));
    replace(percentiles, percentilesTable(all, quantity));
  }

  const node = el(
    "div",
    {},
    el("div", { class: "actions" }, el("label", {}, "quantity ", choice), el("label", {}, log, " logarithmic")),
    key,
    el(
      "div",
      { class: "charts" },
      el("div", {}, el("h3", {}, "Share of values up to (ECDF)"), curvePlace, curveReading),
      el("div", {}, el("h3", {}, "Histogram of ", which), barPlace, barReading),
    ),
    percentiles,
  );
  return { node, draw };
}
