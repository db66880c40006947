// The tables: groups and how their streams ended, percentiles of one quantity, errors, the comparison of two sets.

import { el } from "../../page/static/dom.js";
import { count, plural } from "../../page/static/format.js";
import { visible } from "../../page/static/visible.js";
import { change, nameOf, percent, shown, titleOf, unitOf } from "./values.js";

const STATUSES = ["ok", "error", "incomplete", "aborted"];
const PERCENTILES = ["p50", "p90", "p95", "p99", "p99.9"];
const SUMMARY = [
  ["ttft", "p50"],
  ["ttft", "p95"],
  ["ttfo", "p50"],
  ["itl", "p50"],
  ["tps", "p50"],
  ["e2e", "p50"],
  ["e2e", "p95"],
];

/** A table: `columns` are [title, isNumber]; `rows` are lists of texts or nodes, the first of each its header. */
export function table(caption, columns, rows) {
  const cell = (value, at) =>
    at ? el("td", { class: columns[at][1] && "number" }, value) : el("th", { scope: "row" }, value);
  return el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el(
      "table",
      { class: "table figures" },
      el("caption", { class: "skip" }, caption),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          columns.map(([title, isNumber]) => el("th", { scope: "col", class: isNumber && "number" }, title)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) => el("tr", {}, row.map(cell))),
      ),
    ),
  );
}

/** One row for each group: how its streams ended, and the percentiles that are asked for most. */
export function summaryTable({ by, groups, quantities }) {
  const kinds = Object.fromEntries(quantities.map(({ name, kind }) => [name, kind]));
  const number = (title) => [title, true];
  const heads = SUMMARY.map(([name, which]) => number(`${name} ${which}, ${unitOf(kinds[name])}`));
  const columns = [
    [by.join(", ") || "group", false],
    number("streams"),
    ...STATUSES.map(number),
    number("measured"),
    number("new conn."),
    number("stalls"),
    ...heads,
  ];
  return table(
    "Summary of each group",
    columns,
    groups.map((group) => [
      visible(nameOf(group, by)),
      count(group.n),
      ...STATUSES.map((status) => count(group.statuses[status])),
      count(group.counted),
      group.connections.unknown === group.counted ? "–" : count(group.connections.new ?? 0),
      count(group.stalls),
      ...SUMMARY.map(([name, which]) => shown(kinds[name], group.quantities[name]?.[which])),
    ]),
  );
}

/** Why streams did not end well, and which were left out of the latencies. */
export function errorsList({ by, groups, unread }) {
  const lines = groups.flatMap((group) => {
    const errors = Object.entries(group.errors).map(([kind, times]) => `${visible(kind)} × ${count(times)}`);
    const { not_streamed: whole } = group;
    return [
      errors.length && `${visible(nameOf(group, by))}: errors: ${errors.join(", ")}`,
      whole && `${visible(nameOf(group, by))}: not measured: ${plural(whole, "answer")} in one piece`,
    ].filter(Boolean);
  });
  const missing = unread.map((sentence) => `not read: ${visible(sentence)}`);
  return lines.length + missing.length
    ? el(
        "ul",
        {},
        [...lines, ...missing].map((line) => el("li", {}, line)),
      )
    : null;
}

/** All percentiles of one quantity, a row for each group ({name, group}) that has values of it. */
export function percentilesTable(named, quantity) {
  const value = (number) => shown(quantity.kind, number);
  const columns = [["group", false], ...["n", "min", ...PERCENTILES, "max", "mean"].map((title) => [title, true])];
  const rows = named
    .filter(({ group }) => group.quantities[quantity.name])
    .map(({ name, group }) => {
      const told = group.quantities[quantity.name];
      return [
        name,
        count(told.n),
        value(told.min),
        ...PERCENTILES.map((which) => value(told[which])),
        value(told.max),
        value(told.mean),
      ];
    });
  return table(`Percentiles of ${titleOf(quantity)}`, columns, rows);
}

/** Medians of two sets side by side, with the interval of their difference and what that means. */
export function comparisonTable({ by, comparison, quantities }) {
  const named = Object.fromEntries(quantities.map((quantity) => [quantity.name, quantity]));
  const found = comparison.found.filter((row) => row.base.n || row.new.n);
  const columns = [
    ["group", false],
    ["quantity", false],
    ...["base p50", "n", "new p50", "n", "change", "", "95% interval"].map((title) => [title, true]),
    ["verdict", false],
  ];
  return table(
    "Comparison with the base",
    columns,
    found.map((row) => {
      const { kind } = named[row.quantity];
      const interval = row.low === null ? "–" : `${change(kind, row.low)} to ${change(kind, row.high)}`;
      return [
        visible(nameOf(row, by)),
        titleOf(named[row.quantity]),
        shown(kind, row.base.median),
        count(row.base.n),
        shown(kind, row.new.median),
        count(row.new.n),
        change(kind, row.change),
        percent(row.relative),
        interval,
        el("span", { class: `verdict ${row.verdict.replaceAll(" ", "-")}` }, row.verdict),
      ];
    }),
  );
}
