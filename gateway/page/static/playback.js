// A recorded stream, played again in the page with its recorded times. Nothing is streamed: what had come at a moment is
// computed from the detail's own times, so that a jump to anywhere is immediate.
//
//     const player = playback(detail, (past, seconds) => view.update(past));
//     container.append(player.node);
//     player.leave();
//
// Space plays and pauses; on the slider, arrows go by a hundredth, Page Up and Down by a tenth, Home and End to the ends.

import { el, setAttribute, setText } from "./dom.js";
import { count, ms, plural } from "./format.js";
import { transcriptOf } from "./playback-transcript.js";

const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 25, 100];
const CONTENT_EVERY = 80; // ms between two changes of what is shown while it plays: more often nobody sees

/** How many of `items` came at `seconds` or before; they are sorted by `time(item)`. */
export function countAt(items, seconds, time) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time(items[middle]) <= seconds + 1e-9) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The detail as it was `seconds` after the request: its numbers and ticks whole, its content as far as it had come. */
export function detailAt(detail, seconds) {
  if (seconds >= endOf(detail)) return detail;
  const part = (items, time) => items.slice(0, countAt(items, seconds, time));
  const events = part(detail.events, (event) => event.t / 1000);
  return {
    ...detail,
    events,
    frames: part(detail.frames, (frame) => frame.at),
    chunks: part(detail.chunks, ([at]) => at),
    transcript: transcriptOf(events),
  };
}

/** Where the player ends: with the last thing that came. */
export function endOf({ duration, events }) {
  return Math.max(duration ?? 0, events.length ? events[events.length - 1].t / 1000 : 0);
}

export function playback(detail, show) {
  const end = endOf(detail);
  let [at, speed, running, frame, before, shown] = [end, 1, false, 0, 0, 0];

  const play = el("button", { type: "button", class: "play", "aria-keyshortcuts": "Space", onclick: toggle });
  const slider = el("input", {
    type: "range",
    min: 0,
    max: end,
    step: "any",
    value: end,
    "aria-label": "Time since the request",
    oninput: () => seek(slider.valueAsNumber),
  });
  const speeds = el(
    "select",
    {
      "aria-label": "Speed",
      onchange: () => {
        speed = Number(speeds.value);
      },
    },
    SPEEDS.map((each) => el("option", { value: each, selected: each === 1 }, `${each}×`)),
  );
  const first = el(
    "button",
    { type: "button", disabled: detail.ttft === null || detail.ttft === undefined, onclick: () => seek(detail.ttft) },
    "First token",
  );
  const said = el("output", { class: "said quiet" });
  const node = el("section", { class: "player", "aria-label": "Playback" }, play, slider, speeds, first, said);

  function seek(seconds) {
    at = Math.min(Math.max(seconds, 0), end);
    present(true);
  }

  function toggle() {
    running = !running;
    if (running && at >= end) at = 0;
    before = performance.now();
    cancelAnimationFrame(frame);
    if (running) frame = requestAnimationFrame(step);
    present(true);
  }

  function step(now) {
    at = Math.min(at + ((now - before) / 1000) * speed, end);
    before = now;
    if (at >= end) running = false;
    present(!running || now - shown >= CONTENT_EVERY);
    if (running) frame = requestAnimationFrame(step);
  }

  function present(withContent) {
    slider.value = at;
    setText(play, running ? "Pause" : "Play");
    setAttribute(slider, "aria-valuetext", `${ms(at)} of ${ms(end)} ms`);
    const past = withContent ? detailAt(detail, at) : null;
    if (past) {
      shown = performance.now();
      const token =
        detail.ttft === null || detail.ttft === undefined
          ? "no token came"
          : at >= detail.ttft
            ? `first token was at ${ms(detail.ttft)} ms`
            : "no token yet";
      setText(
        said,
        `${ms(at)} of ${ms(end)} ms · ${count(past.frames.length)} of ${plural(detail.frames.length, "frame")} · ${token}`,
      );
    }
    show(past, at);
  }

  return {
    node,
    seek,
    toggle,
    present: () => present(true),
    leave() {
      running = false;
      cancelAnimationFrame(frame);
    },
  };
}
