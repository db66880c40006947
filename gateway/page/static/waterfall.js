// One stream as a row of ticks: when each chunk came, of which kind, where the first token was, where nothing came.
//
//     ├─────────────▼▮▮ ▮▮▮▮▮▮▮░░░░░░░░░▮▮▮▮▮┤        pale: waiting    ▼ first token    ░ stall    ▮ a tick
//
// Kinds differ in height and place as well as in colour. Geometry is pure; `draw` and `drawAxis` paint on a canvas.

const TOKENS = new Set(["thinking", "text", "tool"]);

// Part of the row's height that a tick takes: from, to (0 is the top).
const REACH = {
  text: [0.22, 0.92],
  thinking: [0.42, 0.92],
  tool: [0.22, 0.92],
  head: [0.68, 0.92],
  meta: [0.74, 0.92],
  ping: [0.74, 0.92],
  end: [0.22, 0.92],
  error: [0.0, 1.0],
};
const COLOURS = {
  text: "--text",
  thinking: "--thinking",
  tool: "--tool",
  head: "--meta",
  meta: "--meta",
  ping: "--meta",
  end: "--line-strong",
  error: "--bad",
  wait: "--wait",
  flow: "--flow",
  stall: "--stall",
  hatch: "--hatch",
  ink: "--ink",
  quiet: "--quiet",
  line: "--line",
  accent: "--accent",
  raised: "--raised",
};

/** A scale from 0 to a round number of seconds that holds `seconds`: {max, step}, four to eight steps. */
export function niceScale(seconds) {
  const wanted = Math.max(seconds, 0.01);
  const power = 10 ** Math.floor(Math.log10(wanted / 5));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => wanted / each <= 8);
  return { max: Math.ceil(wanted / step - 1e-9) * step, step };
}

/** A scale for many rows: nine of ten fit, so that one slow stream does not squeeze the others. */
export function commonScale(ends) {
  const sorted = ends.filter((end) => end > 0).sort((a, b) => a - b);
  return niceScale(sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))] : 1);
}

/** The gaps between token ticks that count as stalls: over a second and over ten times the median. [[from, to], ...] */
export function stallsOf(ticks) {
  const at = ticks.filter(([, kind]) => TOKENS.has(kind)).map(([time]) => time);
  const gaps = at.slice(1).map((time, index) => time - at[index]);
  if (!gaps.length) return [];
  const sorted = [...gaps].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  const limit = Math.max(1, 10 * median);
  return gaps.flatMap((gap, index) => (gap > limit ? [[at[index], at[index + 1]]] : []));
}

let palette = null;

/** The theme's colours, as a canvas needs them. `forgetColours` when the theme changes. */
export function colours() {
  if (palette) return palette;
  const probe = document.createElement("span");
  document.body.append(probe);
  palette = {};
  for (const [name, variable] of Object.entries(COLOURS)) {
    probe.style.color = `var(${variable})`;
    palette[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return palette;
}

export function forgetColours() {
  palette = null;
}

/** Fits the canvas to its place, sharp on any screen. Gives its context and size in CSS pixels, or null if it has none. */
export function prepared(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return null;
  const ratio = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Paints a row. `ticks` is [[seconds, kind], ...]; `scale` is {max}; `markers` may have ttft (seconds), end (seconds, where
 * the row ends), running (it has no end yet), position (a playback's place).
 */
export function draw(canvas, ticks, scale, markers = {}) {
  const paper = prepared(canvas);
  if (!paper) return;
  const row = { ...paper, colour: colours(), x: (seconds) => Math.min(seconds / scale.max, 1) * (paper.width - 2) };
  const last = ticks.length ? ticks[ticks.length - 1][0] : 0;
  const end = markers.end ?? last;
  band(row, 0, markers.ttft ?? end, "wait");
  if (known(markers.ttft)) band(row, markers.ttft, end, "flow");
  for (const [from, to] of stallsOf(ticks)) stall(row, from, to);
  drawTicks(row, ticks);
  if (known(markers.ttft)) marker(row, markers.ttft);
  if (end > scale.max) beyond(row);
  if (known(markers.position)) line(row, markers.position);
}

const known = (value) => value !== null && value !== undefined;

function band({ context, height, colour, x }, from, to, kind) {
  context.fillStyle = colour[kind];
  context.fillRect(x(from), height * 0.8, Math.max(x(to) - x(from), 1), Math.max(height * 0.12, 2));
}

/** Hatched, so that it is told from a band without its colour. */
function stall({ context, height, colour, x }, from, to) {
  const [left, top, width, tall] = [x(from) + 2, height * 0.4, Math.max(x(to) - x(from) - 4, 1), height * 0.52];
  context.fillStyle = colour.stall;
  context.fillRect(left, top, width, tall);
  context.save();
  context.beginPath();
  context.rect(left, top, width, tall);
  context.clip();
  context.strokeStyle = colour.hatch;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = left - tall; at < left + width; at += 6) {
    context.moveTo(at, top + tall);
    context.lineTo(at + tall, top);
  }
  context.stroke();
  context.restore();
}

/** Ticks that fall on the same pixel are painted once: 2,000 of them cost no more than the row is wide. */
function drawTicks({ context, width, height, colour, x }, ticks) {
  const painted = new Map();
  const thickness = width > 600 ? 1.5 : 1;
  for (const [at, kind] of ticks) {
    const left = Math.round(x(at) * 2) / 2;
    if (painted.get(kind) === left) continue;
    painted.set(kind, left);
    const [from, to] = REACH[kind] ?? REACH.meta;
    context.fillStyle = colour[kind] ?? colour.meta;
    context.fillRect(left, height * from, kind === "error" ? 2 : thickness, height * (to - from));
  }
}

function marker({ context, height, colour, x }, at) {
  const left = x(at) + 0.5;
  const half = Math.min(4, height * 0.2);
  context.fillStyle = colour.ink;
  context.beginPath();
  context.moveTo(left - half, 0);
  context.lineTo(left + half, 0);
  context.lineTo(left, half * 1.4);
  context.fill();
  context.fillRect(left - 0.5, 0, 1, height * 0.92);
}

function beyond({ context, width, height, colour }) {
  context.fillStyle = colour.quiet;
  context.beginPath();
  context.moveTo(width - 6, height * 0.3);
  context.lineTo(width, height * 0.57);
  context.lineTo(width - 6, height * 0.84);
  context.fill();
}

function line({ context, height, colour, x }, at) {
  context.fillStyle = colour.accent;
  context.fillRect(x(at) - 0.5, 0, 2, height);
}

/** Paints the scale: a line and a label at each step. `label(seconds)` gives the text. */
export function drawAxis(canvas, scale, label) {
  const paper = prepared(canvas);
  if (!paper) return;
  const { context, width, height } = paper;
  const colour = colours();
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "top";
  const steps = Math.round(scale.max / scale.step);
  const every = Math.ceil(steps / Math.max(1, Math.floor(width / 60)));
  for (let step = 0; step <= steps; step += 1) {
    const left = (step / steps) * (width - 2);
    context.fillStyle = colour.line;
    context.fillRect(left, height - 5, 1, 5);
    if (step % every) continue;
    context.fillStyle = colour.quiet;
    context.textAlign = step === 0 ? "left" : step === steps ? "right" : "center";
    context.fillText(label(step * scale.step), step === steps ? width : left, 0);
  }
}

/** What the picture says, for those who do not see it. */
export function described(ticks, markers, span) {
  const first = known(markers.ttft) ? `first token after ${span(markers.ttft)}` : "no token yet";
  const stalls = stallsOf(ticks).length;
  return `${first}, ${ticks.length} ticks in ${span(markers.end ?? 0)}${stalls ? `, ${stalls} stalled` : ""}`;
}
