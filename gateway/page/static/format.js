// Numbers and times as people read them. Pure. What is not known is an en dash, never a zero.

const NONE = "–";
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

/** Seconds as milliseconds, without the unit: "523", "12,040", "1.4" below ten. */
export function ms(seconds) {
  if (!known(seconds)) return NONE;
  const value = seconds * 1000;
  return Math.abs(value) < 9.95 ? value.toFixed(1) : count(Math.round(value));
}

/** A whole number with its thousands apart. */
export function count(value) {
  return known(value) ? Math.round(value).toLocaleString("en-US") : NONE;
}

/** A rate or ratio: "84.2", "1,240" from a thousand on. */
export function rate(value) {
  if (!known(value)) return NONE;
  return value >= 1000 ? count(value) : value.toFixed(value >= 100 ? 0 : 1);
}

/** Bytes: "812 B", "1.2 kB", "3.4 MB". */
export function bytes(value) {
  if (!known(value)) return NONE;
  if (value < 1000) return `${value} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Seconds with a unit that fits, for axes and sentences: "250 ms", "1.5 s", "2 min". */
export function span(seconds) {
  if (!known(seconds)) return NONE;
  if (seconds === 0) return "0";
  if (seconds < 1) return `${trimmed(seconds * 1000)} ms`;
  return seconds < 120 ? `${trimmed(seconds)} s` : `${trimmed(seconds / 60)} min`;
}

const trimmed = (value) => String(Number(value.toPrecision(3)));

/** Epoch seconds as the local time of day, "14:03:27". */
export function clock(epoch) {
  if (!known(epoch)) return NONE;
  const at = new Date(epoch * 1000);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** "1 stream", "3 streams". */
export function plural(value, word) {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}
