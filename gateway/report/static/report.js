// A report: its data is in the page, and everything that is seen is made of it here.

import { append, el, setText } from "../../page/static/dom.js";
import { count, plural } from "../../page/static/format.js";
import { themes } from "../../page/static/theme.js";
import { visible } from "../../page/static/visible.js";
import { distributions } from "./distributions.js";
import { slowestList } from "./slowest.js";
import { Waterfall } from "./streams.js";
import { comparisonTable, errorsList, summaryTable } from "./tables.js";

const data = JSON.parse(document.getElementById("data").textContent);
const section = (id) => document.getElementById(id);
const drawn = [];

function head() {
  setText(section("title"), visible(data.title));
  setText(
    section("made"),
    `Made ${data.made} by tokentape ${data.version} from ${plural(data.streams.index.length, "recorded stream")} on ${plural(data.streams.cassettes.length, "cassette")}.`,
  );
}

function limits() {
  const { curve_steps: steps, bins } = data.limits;
  append(
    section("limits"),
    [
      `A curve has at most ${count(steps)} steps, evenly chosen by rank; each is exact. A histogram has ${bins} bins of equal width.`,
      "The waterfall paints the rows in view. What it leaves out of streams with very many chunks is said below it.",
      `Transcripts are those of the slowest ${data.limits.transcripts} by ttft and by e2e, each cut after ${count(data.limits.transcript)} characters.`,
      "Secrets were removed when the streams were recorded. This file asks no server for anything.",
    ].map((line) => el("li", {}, line)),
  );
}

function compare() {
  if (!data.comparison) return;
  section("comparison").hidden = false;
  const sentence = `With ${visible(data.comparison.base)}. A change is a regression or an improvement if its interval excludes zero and it is more than ${Number((data.comparison.threshold * 100).toFixed(2))}% of the base. Of many rows, one in twenty lies outside its interval by chance.`;
  append(section("comparison"), [
    el("p", {}, sentence),
    data.comparison.found.length
      ? comparisonTable(data)
      : el("p", { class: "notice warn" }, "The two sets have no group with numbers in common."),
  ]);
}

function transcripts() {
  if (!data.slowest.length) return;
  section("slowest").hidden = false;
  append(section("slowest"), slowestList(data));
}

function redraw() {
  for (const each of drawn) each.draw();
}

function redrawAtOtherWidths() {
  let width = document.body.clientWidth;
  new ResizeObserver(() => {
    if (width === document.body.clientWidth) return;
    width = document.body.clientWidth;
    requestAnimationFrame(redraw);
  }).observe(document.body);
}

head();
append(section("summary"), [summaryTable(data), errorsList(data)]);
compare();
for (const [id, made] of [
  ["distributions", distributions(data)],
  ["waterfall", new Waterfall(data)],
]) {
  append(section(id), made.node);
  drawn.push(made);
}
transcripts();
limits();
for (const link of document.querySelectorAll("[data-if]")) link.hidden = section(link.dataset.if).hidden;
themes(section("theme"), redraw);
redrawAtOtherWidths();
