// Elements. What is put into them is text, always: nothing that came from outside is ever parsed as HTML.
//
//     el("p", {class: "quiet", onclick: f, hidden: false}, "text", node, [more], null)

/** An element with attributes, listeners (`on...`) and children. A string becomes a text node; null, false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  append(node, children);
  return node;
}

/** Puts children (strings, nodes, arrays of them, nothing) at the end of `node`. */
export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** Puts children in place of what `node` has. */
export function replace(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** Sets the text, if it is another: a text that is the same costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes an attribute, if it is another. */
export function setAttribute(node, name, value) {
  if (value === null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** A button that copies what `text()` gives (it may wait for it), and says so. */
export function copyButton(label, text) {
  const button = el("button", { type: "button" }, label);
  button.addEventListener("click", async () => {
    let said = "copied";
    try {
      await copy(await text());
    } catch (error) {
      said = "not copied";
      button.title = String(error);
    }
    setText(button, said);
    setTimeout(() => setText(button, label), 1200);
  });
  return button;
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = el("textarea", { readonly: true, class: "skip" }); // no clipboard API over plain HTTP from afar
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("the browser did not allow it");
}

let tabsMade = 0;

/**
 * Tabs: `panels` is [{name, title, make}]; `make()` is called when a tab is first shown and gives {node, update(data)}.
 * Gives {node, update(data), select(name)}; only the panel that is seen is updated.
 */
export function tabs(panels, label, onSelect = () => {}) {
  const prefix = `tabs${++tabsMade}`;
  const made = new Map();
  let current = null;
  let data = null;
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": label });
  const body = el("div");
  const buttons = panels.map(({ name, title }) =>
    el("button", { type: "button", role: "tab", id: `${prefix}-${name}`, onclick: () => select(name) }, title),
  );
  append(list, buttons);

  function select(name, focus = false) {
    const panel = panels.find((each) => each.name === name) ?? panels[0];
    current = panel.name;
    if (!made.has(current)) {
      const content = panel.make();
      const node = el(
        "div",
        { role: "tabpanel", tabindex: 0, "aria-labelledby": `${prefix}-${current}` },
        content.node,
      );
      made.set(current, { node, update: content.update });
      body.append(node);
    }
    for (const [each, { node }] of made) node.hidden = each !== current;
    panels.forEach(({ name: each }, index) => {
      buttons[index].setAttribute("aria-selected", String(each === current));
      buttons[index].tabIndex = each === current ? 0 : -1;
      if (focus && each === current) buttons[index].focus();
    });
    if (data !== null) made.get(current).update(data);
    onSelect(current);
  }

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = panels.findIndex((each) => each.name === current);
    select(panels[(index + step + panels.length) % panels.length].name, true);
  });

  return {
    node: el("div", {}, list, body),
    select,
    update(next) {
      data = next;
      if (current === null) select(panels[0].name);
      else made.get(current).update(next);
    },
  };
}
