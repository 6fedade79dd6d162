"use strict";
(() => {
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);

  const speak = (scope) => {
    const side = root.lang === "zh" ? 0 : 1;
    for (const each of scope.querySelectorAll("[data-w]")) each.textContent = words[each.dataset.w][side];
    for (const each of scope.querySelectorAll("[data-placeholder-" + root.lang + "]"))
      each.placeholder = each.getAttribute("data-placeholder-" + root.lang);
  };
  const fill = (exchange) => {
    const tree = exchange.dataset.t;
    if (tree === undefined) return;
    delete exchange.dataset.t;
    exchange.append(document.getElementById("t" + tree).content.cloneNode(true));
    speak(exchange);
  };
  const use = (language) => {
    root.lang = language;
    document.title = root.getAttribute("data-title-" + language) + " · " + root.dataset.product;
    speak(document);
  };
  const reveal = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    for (let each = place; each; each = each.parentElement) if (each.tagName === "DETAILS") { each.open = true; fill(each); }
    place.scrollIntoView();
  };

  let verdict = "";
  const search = document.querySelector("input[type=search]");
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("table.cases tbody tr"))
      row.hidden = (verdict && row.dataset.verdict !== verdict) || !row.textContent.toLowerCase().includes(wanted);
    for (const tile of document.querySelectorAll("button.tile"))
      tile.setAttribute("aria-pressed", String(tile.dataset.verdict === verdict));
  };

  document.addEventListener("toggle", (event) => { if (event.target.open) fill(event.target); }, true);
  document.querySelector("button.language").addEventListener("click", () => use(root.lang === "zh" ? "en" : "zh"));
  for (const tile of document.querySelectorAll("button.tile"))
    tile.addEventListener("click", () => { verdict = verdict === tile.dataset.verdict ? "" : tile.dataset.verdict; filter(); });
  search.addEventListener("input", filter);
  addEventListener("hashchange", reveal);

  const asked = new URLSearchParams(location.search).get("lang");
  use(asked === "en" || asked === "zh" ? asked : root.lang);
  for (const exchange of document.querySelectorAll("details[open][data-t]")) fill(exchange);
  filter();
  reveal();
})();
