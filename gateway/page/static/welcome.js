// What stands in place of rows.

import { copyButton, el } from "./dom.js";

/** Nodes, by why there is no row: "none" (fits), "untold" (the gateway has said nothing yet), "empty". */
export function nothing(why) {
  if (why === "none") return el("p", {}, "No stream fits the filter.");
  return why === "untold" ? el("p", { class: "quiet" }, "Waiting for the gateway.") : welcome();
}

/** What to do when there is nothing to see: where an SDK has to be pointed at. */
function welcome() {
  const commands = [
    ["Anthropic's SDKs", `export ANTHROPIC_BASE_URL=${location.origin}/anthropic`],
    ["OpenAI's SDKs", `export OPENAI_BASE_URL=${location.origin}/openai/v1`],
  ];
  return [
    el("h2", {}, "No stream yet"),
    el("p", {}, "Streams appear here while they run. Point an SDK at this gateway, and run your program:"),
    commands.map(([name, command]) => [
      el("h3", {}, name),
      el(
        "div",
        { class: "command" },
        el("code", {}, command),
        copyButton("Copy", () => command),
      ),
    ]),
    el(
      "p",
      { class: "quiet" },
      "Other providers have their own paths: any request to a path that is not known lists them all.",
    ),
  ];
}
