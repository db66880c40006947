// How an answer grew, from its events: characters by kind, and the tokens that the provider counted on the way. Pure.

const KINDS = { text: "text", refusal: "text", thinking: "thinking", tool_call: "tool" };
const MOST_POINTS = 4_000;

export const SERIES = ["text", "thinking", "tool"];

/** Columns for a chart: {times, text, thinking, tool, tokens}; a kind that never came is null. */
export function growth(events) {
  const kinds = new Map();
  const totals = { text: 0, thinking: 0, tool: 0 };
  const columns = { times: [], text: [], thinking: [], tool: [], tokens: [] };
  for (const event of events) {
    if (event.type === "block.start") kinds.set(event.index, KINDS[event.kind]);
    const isToken = event.type === "block.delta" && typeof event.text === "string" && kinds.get(event.index);
    const counted = event.type === "usage" && typeof event.output === "number" ? event.output : null;
    if (!isToken && counted === null) continue;
    if (isToken) totals[kinds.get(event.index)] += event.text.length;
    const seconds = event.t / 1000;
    if (columns.times[columns.times.length - 1] !== seconds) {
      columns.times.push(seconds);
      for (const kind of SERIES) columns[kind].push(0);
      columns.tokens.push(null);
    }
    const last = columns.times.length - 1;
    for (const kind of SERIES) columns[kind][last] = totals[kind];
    if (counted !== null) columns.tokens[last] = counted;
  }
  for (const kind of SERIES) if (!totals[kind]) columns[kind] = null;
  if (new Set(columns.tokens.filter((each) => each !== null)).size < 2) columns.tokens = null;
  return thinned(columns);
}

/** At most so many points as a screen can show; the last one always. Totals lose nothing by it but steps. */
function thinned(columns) {
  const every = Math.ceil(columns.times.length / MOST_POINTS);
  if (every <= 1) return columns;
  const keep = (_, index) => index % every === 0 || index === columns.times.length - 1;
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column && column.filter(keep)]));
}
