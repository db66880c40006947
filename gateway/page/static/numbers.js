// The numbers of a stream: their names, how they are shown, what they mean. The names and meanings are those of docs/ttft.md.

import { el, setText } from "./dom.js";
import { bytes, count, ms, rate } from "./format.js";

const pair = (first, second) => (value, summary) => `${first(summary)} / ${second(summary)}`;

// [field, name, unit, format, meaning]
export const NUMBERS = [
  [
    "ttft",
    "TTFT",
    "ms",
    ms,
    "Time to first token: from the request having been sent to the first frame with a non-empty piece of " +
      "text, thinking, refusal or tool arguments. A role, a ping or an empty delta is no token.",
  ],
  ["ttfo", "TTFO", "ms", ms, "Time to first output: the same without thinking, so what a person would see first."],
  ["ttfc", "TTFC", "ms", ms, "Time to the first chunk: the first frame that an SDK hands on, a role alone too; pings do not count."],
  ["ttfb", "TTFB", "ms", ms, "Time to first byte: to the response's head."],
  [
    "itl",
    "ITL",
    "ms",
    ms,
    "Inter-token latency: first to last token, over the tokens after the first. Only where the provider's " +
      "usage gives the number of tokens; never guessed from chunks.",
  ],
  ["tps", "Tokens/s", "", rate, "Output speed for one user: 1 / ITL."],
  ["e2e", "E2E", "ms", ms, "To the last frame with a token."],
  ["duration", "Duration", "ms", ms, "To the end of the answer."],
  ["stall_max", "Longest gap", "ms", ms, "The longest gap between two frames with tokens."],
  ["stalls", "Stalls", "", count, "Gaps over a second and over ten times the median gap of this stream."],
  [
    "tokens_out",
    "Tokens in / out",
    "",
    pair(
      (s) => count(s.tokens_in),
      (s) => count(s.tokens_out),
    ),
    "As the provider's usage counts them. Out includes reasoning, in includes what came from a cache.",
  ],
  [
    "tokens_reasoning",
    "Reasoning / cached",
    "",
    pair(
      (s) => count(s.tokens_reasoning),
      (s) => count(s.tokens_cached),
    ),
    "The part of the output tokens that is reasoning, the part of the input tokens that came from a " +
      "cache, where the provider says so.",
  ],
  [
    "chunks",
    "Chunks",
    "",
    pair(
      (s) => count(s.chunks),
      (s) => bytes(s.bytes),
    ),
    "Reads from the provider's connection, and their bytes.",
  ],
  ["overhead_request", "Overhead, request", "ms", ms, "What the gateway took before it sent the request on."],
  [
    "overhead_chunk_p50",
    "Overhead, chunk",
    "ms",
    pair(
      (s) => ms(s.overhead_chunk_p50),
      (s) => ms(s.overhead_chunk_max),
    ),
    "From reading a chunk to having written it to the client: median / longest. Contains the time that a " +
      "slow client makes the gateway wait.",
  ],
];

/** The numbers as a list of terms: {node, update(summary)}. Each has its meaning as a title; a fold shows all meanings. */
export function numbers() {
  const values = new Map();
  const cells = NUMBERS.map(([field, name, unit, , meaning]) => {
    const value = el("dd", { class: "number", "data-number": field });
    values.set(field, value);
    return el("div", { title: meaning }, el("dt", {}, name, unit && el("span", { class: "unit" }, ` ${unit}`)), value);
  });
  const meanings = el(
    "details",
    { class: "meanings" },
    el("summary", {}, "What these numbers are"),
    el(
      "dl",
      {},
      NUMBERS.map(([, name, , , meaning]) => [el("dt", {}, name), el("dd", {}, meaning)]),
    ),
    el("p", { class: "quiet" }, "The definitions, with a worked example and what other tools call them: docs/ttft.md."),
  );
  return {
    node: el("div", {}, el("dl", { class: "numbers" }, cells), meanings),
    update(summary) {
      for (const [field, , , format] of NUMBERS) setText(values.get(field), format(summary[field], summary));
    },
  };
}
