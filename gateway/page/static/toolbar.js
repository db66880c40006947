// What stands above the list: the filter's box, pause, the scale, what the filter says.

import { el, setAttribute, setText } from "./dom.js";
import { span } from "./format.js";
import { legend } from "./legend.js";

const SCALES = [0.5, 1, 2, 5, 10, 30, 60, 120];

/** {node, box, scale(), say(text, isBad), held(isHeld, waiting)}; `on` has filter(), hold(), scale(). */
export function toolbar(on) {
  const box = el("input", {
    type: "search",
    placeholder: "Filter: gpt  state:error  ttft>0.5",
    "aria-label": "Filter streams",
    "aria-describedby": "filter-said",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
    oninput: on.filter,
  });
  const pause = el("button", { type: "button", "aria-pressed": "false", "aria-keyshortcuts": "p", onclick: on.hold });
  const options = SCALES.map((each) => el("option", { value: each }, span(each)));
  const scales = el("select", { id: "scale", onchange: on.scale }, el("option", { value: "" }, "fit"), options);
  const said = el("p", { class: "said", id: "filter-said", role: "status" });
  const label = el("label", { for: "scale" }, "Scale");
  return {
    node: el("div", { class: "toolbar", role: "search" }, box, pause, label, scales, said, legend()),
    box,
    scale: () => Number(scales.value) || null,
    say(text, isBad) {
      setText(said, text);
      setAttribute(said, "class", isBad ? "said bad" : "said");
      setAttribute(box, "aria-invalid", isBad ? "true" : null);
    },
    held(isHeld, waiting) {
      setText(pause, isHeld ? `Resume${waiting ? ` (${waiting} new)` : ""}` : "Pause");
      setAttribute(pause, "aria-pressed", String(isHeld));
    },
  };
}
