// One stream, whole. Usable for whatever has the shape of a Detail: a live stream, or an interaction of a cassette.
//
//     const view = detailView({ title, url });     url(detail): where a curl command sends the request again
//     container.append(view.node);
//     view.update(detail);      the whole detail; also again while the stream runs
//     view.summarise(summary);  only numbers and ticks: cheap, many times a second
//     view.position(seconds);   a playback's place in the waterfall; null takes it away
//     view.leave();             when the view goes

import { chart } from "./chart.js";
import { curl } from "./curl.js";
import { copyButton, el, replace, setAttribute, setText, tabs } from "./dom.js";
import { clock, span } from "./format.js";
import { legend } from "./legend.js";
import { numbers } from "./numbers.js";
import { PANELS } from "./panels.js";
import { safeJson, visible } from "./visible.js";
import { described, draw, drawAxis, niceScale } from "./waterfall.js";

const CUT =
  "Not all of this stream's content is here: the page keeps only so much. What was relayed and recorded is whole, and so are the numbers.";

export function detailView({ url = defaultUrl, extra = [], onTab = () => {} } = {}) {
  let detail = null;
  let summary = null;
  let playedTo = null;
  const head = el("div", { class: "stream-head" });
  const trouble = el("p", { class: "notice bad", hidden: true });
  const cut = el("p", { class: "notice warn", hidden: true });
  const table = numbers();
  const canvas = el("canvas", { class: "waterfall large", role: "img" });
  const axis = el("canvas", { class: "axis", "aria-hidden": "true" });
  const growth = chart();
  const content = tabs(PANELS, "Content of the stream", onTab);
  const actions = el(
    "div",
    { class: "actions" },
    copyButton("Copy as curl", () => curl(detail.request, url(detail))),
    copyButton("Copy as JSON", () => safeJson(detail)),
    extra,
  );
  const picture = el("figure", { class: "picture" }, canvas, axis, legend());
  const node = el(
    "article",
    { class: "detail" },
    head,
    trouble,
    cut,
    table.node,
    picture,
    growth.node,
    actions,
    content.node,
  );
  const observer = new ResizeObserver(() => paint());
  observer.observe(canvas);

  function paint() {
    if (!summary) return;
    const end = endOf(summary);
    const scale = niceScale(Math.max(end, playedTo ?? 0));
    const markers = { ttft: summary.ttft, end, position: playedTo };
    draw(canvas, summary.ticks ?? [], scale, markers);
    drawAxis(axis, scale, span);
    setAttribute(canvas, "aria-label", `Waterfall: ${described(summary.ticks ?? [], markers, span)}`);
  }

  function summarise(next) {
    summary = next;
    replaceHead(head, next);
    trouble.hidden = !next.error;
    setText(trouble, next.error ? `The stream has an error: ${visible(next.error, 500)}` : "");
    table.update(next);
    paint();
  }

  return {
    node,
    summarise,
    select: content.select,
    update(next) {
      detail = next;
      summarise({ ...next, chunks: countOf(next) });
      cut.hidden = !next.truncated && !next.problem;
      setText(cut, next.problem ? `Content is ${visible(next.problem, 500)}` : CUT);
      growth.update(next.events ?? [], endOf(next));
      content.update(next);
    },
    position(seconds) {
      playedTo = seconds;
      paint();
    },
    recolour() {
      paint();
      growth.recolour();
    },
    leave() {
      observer.disconnect();
      growth.leave();
    },
  };
}

/** A detail has the chunks themselves where a summary has their number; of a detail that was cut it is not known. */
function countOf({ chunks, truncated }) {
  if (!Array.isArray(chunks)) return chunks;
  return truncated ? null : chunks.length;
}

/** Where a row ends: its duration, or how far it has come. */
export function endOf(summary) {
  const last = summary.ticks?.length ? summary.ticks[summary.ticks.length - 1][0] : 0;
  return Math.max(summary.duration ?? 0, last, summary.now ?? 0);
}

function replaceHead(head, summary) {
  const facts = [
    summary.api,
    summary.status ? `status ${summary.status}` : null,
    summary.cassette ? `cassette ${summary.cassette}` : null,
    summary.mode ? `mode ${summary.mode}` : null,
    summary.streamed === false ? "not streamed" : null,
    summary.new_connection === true ? "new connection" : summary.new_connection === false ? "reused connection" : null,
    summary.started ? clock(summary.started) : null,
  ]
    .filter(Boolean)
    .map((fact) => visible(String(fact), 120));
  const text = `${summary.state} ${summary.source} ${summary.model} ${summary.provider} ${facts.join()} ${summary.target}`;
  if (head.dataset.text === text) return;
  head.dataset.text = text;
  replace(
    head,
    el("h1", {}, visible(summary.model ?? "no model said", 200)),
    el(
      "p",
      { class: "facts" },
      el("span", { class: `state ${summary.state}` }, summary.state),
      el("span", { class: `badge ${summary.source}` }, summary.source ?? "–"),
      el("span", {}, visible(summary.provider ?? "–")),
      facts.map((fact) => el("span", { class: "quiet" }, fact)),
    ),
    el("p", { class: "mono quiet break" }, visible(`${summary.method ?? ""} ${summary.target ?? ""}`, 600)),
  );
}

function defaultUrl(detail) {
  return `${location.origin}/${encodeURIComponent(detail.provider)}${detail.request.target}`;
}
