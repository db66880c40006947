// Loads a module of the page that imports nothing, as a browser would: whatever node thinks of its file name.

import { readFile } from "node:fs/promises";

const folder = new URL("../../../../gateway/page/static/", import.meta.url);

export async function module(name) {
  const text = await readFile(new URL(name, folder), "utf8");
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
