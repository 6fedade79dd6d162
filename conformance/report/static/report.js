"use strict";
(async () => {
  const root = document.documentElement;
  const stored = async (name) => {
    const { type, textContent } = document.getElementById(name);
    if (type === "application/json") return JSON.parse(textContent);
    const bytes = Uint8Array.from(atob(textContent), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };
  const words = await stored("words");
  const { nodes, trees } = await stored("store");
  const side = () => (root.lang === "zh" ? 0 : 1);

  // Words: a number is a place in the list of both languages, anything else is the same in both.
  const element = (name, ...inside) => { const made = document.createElement(name); made.append(...inside); return made; };
  const say = (said) => {
    if (typeof said !== "number") return said ?? "";
    const made = element("span", words[said][side()]);
    made.dataset.w = said;
    return made;
  };
  const speak = () => {
    for (const each of document.querySelectorAll("[data-w]")) each.textContent = words[each.dataset.w][side()];
    for (const each of document.querySelectorAll("[data-placeholder-zh]"))
      each.placeholder = each.getAttribute("data-placeholder-" + root.lang);
    document.title = root.getAttribute("data-title-" + root.lang) + " · " + root.dataset.product;
  };

  // Traces: a step lists its exchanges, each with the number of its tree; built when the step, then itself, is opened.
  const own = (branch) => nodes[Array.isArray(branch) ? branch[0] : branch];
  const inside = (branch) => (Array.isArray(branch) ? branch.slice(1) : []);
  const list = (branches) => (branches.length ? [element("ul", ...branches.map(item))] : []);
  const item = (branch) => {
    const [label, name, hex, meaning] = own(branch);
    const parts = [label && element("b", label), say(name), hex && element("q", hex)];
    if (meaning !== undefined && meaning !== "") parts.push(label || name || hex ? element("em", say(meaning)) : say(meaning));
    return element("li", ...parts.filter((part) => part).flatMap((part) => [part, " "]), ...list(inside(branch)));
  };
  const apdu = (arrow, branch) => {
    const [, , hex, meaning] = own(branch);
    return [element("p", arrow + " ", element("q", hex ?? ""), " ", say(meaning)), ...list(inside(branch))];
  };
  const name = (exchange) => {
    if (exchange.firstChild) return;
    const [sent, received, outcome] = trees[exchange.dataset.t];
    const [, command, , asks] = own(sent);
    const named = element("span", say(command), " ", element("small", say(asks)));
    if (outcome !== undefined) {
      const ended = element("u", say(own(outcome)[3]));
      ended.className = "x";
      named.append(" ", ended);
    }
    const line = element("summary", element("b", exchange.id.slice(9)), named);
    if (received !== null) {
      const status = element("u", say(own(received)[1]));
      if (own(received)[1] !== "9000") status.className = "w";
      line.append(status);
    }
    line.append(element("i", exchange.dataset.d));
    exchange.append(line);
  };
  const fill = (exchange) => {
    name(exchange);
    if (exchange.childElementCount > 1) return;
    const [sent, received] = trees[exchange.dataset.t];
    exchange.append(...apdu("→", sent), ...(received === null ? [] : apdu("←", received)));
  };
  const place = (listed) => {
    const [number, tree, duration, open] = listed.split(":");
    const exchange = element("details");
    exchange.id = "exchange-" + number;
    Object.assign(exchange.dataset, { t: tree, d: duration });
    exchange.open = open !== undefined;
    return exchange;
  };
  const unfold = (list) => list.replaceWith(...list.dataset.x.split(" ").map(place));
  const build = (opened) => {
    if (opened.dataset.t !== undefined) return fill(opened);
    opened.querySelectorAll("[data-x]").forEach(unfold);
    for (const each of opened.querySelectorAll("[data-t]")) each.open ? fill(each) : name(each);
  };
  const found = (id) => {
    const number = id.match(/^exchange-(\d+)$/)?.[1];
    const holds = ({ dataset }) => (" " + dataset.x).includes(` ${number}:`);
    if (number) [...document.querySelectorAll("[data-x]")].filter(holds).forEach(unfold);
    return document.getElementById(id);
  };
  const reveal = () => {
    const place = found(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    for (let each = place; each; each = each.parentElement) if (each.tagName === "DETAILS") { each.open = true; build(each); }
    place.scrollIntoView();
  };

  // The case table: one verdict by its tile, or what a reader types.
  let verdict = "";
  const search = document.querySelector("input[type=search]");
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("table.cases tbody tr"))
      row.hidden = (verdict && row.dataset.verdict !== verdict) || !row.textContent.toLowerCase().includes(wanted);
    for (const tile of document.querySelectorAll("button.tile"))
      tile.setAttribute("aria-pressed", String(tile.dataset.verdict === verdict));
  };

  document.addEventListener("toggle", (event) => { if (event.target.open) build(event.target); }, true);
  document.querySelector("button.language").addEventListener("click", () => { root.lang = root.lang === "zh" ? "en" : "zh"; speak(); });
  for (const tile of document.querySelectorAll("button.tile"))
    tile.addEventListener("click", () => { verdict = verdict === tile.dataset.verdict ? "" : tile.dataset.verdict; filter(); });
  search.addEventListener("input", filter);
  addEventListener("hashchange", reveal);

  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "en" || asked === "zh") root.lang = asked;
  speak();
  for (const trace of document.querySelectorAll("details.trace[open]")) build(trace);
  reveal();
})();
