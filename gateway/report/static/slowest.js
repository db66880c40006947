// The slowest streams and what they said. Their text came from a model: it is put into the page as text, when opened.

import { el } from "../../page/static/dom.js";
import { count } from "../../page/static/format.js";
import { longText } from "../../page/static/longtext.js";
import { described } from "./streams.js";

/** A fold for each of the slowest streams. */
export function slowestList({ slowest, streams }) {
  return slowest.map((each) => {
    const details = el(
      "details",
      { class: "said" },
      el(
        "summary",
        {},
        el("span", { class: "badge" }, `slowest by ${each.by.join(" and ")}`),
        ` ${described(streams, each.stream)}`,
      ),
    );
    details.addEventListener("toggle", () => fill(details, each), { once: true });
    return details;
  });
}

function fill(details, { transcript, left_out: leftOut }) {
  const text = longText({ tabindex: 0, "aria-label": "Transcript" });
  text.set(transcript);
  details.append(
    el(
      "div",
      {},
      text.node,
      leftOut ? el("p", { class: "quiet" }, `${count(leftOut)} more characters are not in this report.`) : null,
    ),
  );
}
