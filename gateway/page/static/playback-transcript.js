// What had been said after some events: the fold of gateway/transcript, in the page, for a stream that is played. Pure.
// The shape is that of a detail's `transcript`; a block's `data` is only good for its length.

/** {choices: [{choice, role, model, blocks, reason}], error} of these events, which may stop anywhere. */
export function transcriptOf(events) {
  const choices = new Map();
  const blocks = new Map();
  let error = null;
  const choiceOf = (number) => choices.get(number ?? 0) ?? { blocks: [] };
  for (const event of events) {
    if (event.type === "message.start") {
      const { choice, role, id, model } = event;
      choices.set(choice, { choice, role, id, model, blocks: [] });
    } else if (event.type === "block.start") {
      const { index, kind, id, name, by } = event;
      const block = { index, kind, id, name, by, pieces: {}, patches: [] };
      blocks.set(index, block);
      choiceOf(event.choice).blocks.push(block);
    } else if (event.type === "block.delta") add(blocks.get(event.index), event);
    else if (event.type === "message.stop") choiceOf(event.choice).reason = event.reason;
    else if (event.type === "stream.error") error = event;
  }
  const told = [...choices.values()].sort((one, other) => one.choice - other.choice);
  return { choices: told.map((choice) => ({ ...choice, blocks: choice.blocks.map(whole) })), error };
}

function add(block, event) {
  if (!block) return;
  if (event.kind === "json_patch") block.patches.push(event);
  if (event.kind === "data") {
    if (event.mime) block.mime = event.mime;
    if (block.partial !== undefined) block.pieces.data = ""; // a sketch of the whole, which the next one replaces
    block.partial = event.partial;
  }
  const piece = event.kind === "data" ? event.base64 : event.text;
  if (typeof piece === "string") block.pieces[event.kind] = (block.pieces[event.kind] ?? "") + piece;
}

function whole({ pieces, patches, partial, ...block }) {
  const { text = "", json = "", transcript = "", data } = pieces;
  const patched = patches.length
    ? patches.map(({ path, value }) => `${path} = ${JSON.stringify(value)}`).join("\n")
    : "";
  return { ...block, text, arguments: json || patched, transcript, data };
}
