// Shows tables: searched all at once, each filtered by the columns that say so, and never more rows than somebody reads.
const FIRST = 200;
const MORE = 1000;
const PRINTED = 5000;

const all = page.tables.map((table, at) => {
  const rows = table.rows.map((row) => ({ ...row, text: row.cells.join("\n").toLowerCase() }));
  return { ...table, at, rows, found: rows, most: FIRST };
});

function cell(text, mark, first) {
  const lines = text.split("\n");
  const shown = lines.flatMap((line, at) => (at ? [make("br"), ...inCode(line)] : inCode(line)));
  return make("td", {}, first && mark ? make("strong", { class: mark }, shown) : shown);
}

function draw(table, most) {
  const shown = table.found.slice(0, most ?? table.most);
  document.getElementById(`rows-${table.at}`).replaceChildren(
    ...shown.map((row) => make("tr", {}, row.cells.map((text, at) => cell(text, row.mark, at === 0)))),
  );
  const more = document.getElementById(`more-${table.at}`);
  more.hidden = table.found.length <= shown.length;
  more.textContent = `Show more: ${(table.found.length - shown.length).toLocaleString("en")} are left`;
  document.getElementById(`none-${table.at}`).hidden = table.found.length > 0;
}

function filter() {
  const sought = document.getElementById("search").value;
  const words = wordsOf(sought);
  let found = 0;
  let of = 0;
  for (const table of all) {
    const wanted = table.columns.map((column, at) => (column.choose ? document.getElementById(`choose-${table.at}-${at}`).value : ""));
    table.found = table.rows.filter((row) => words.every((word) => row.text.includes(word)) && wanted.every((value, at) => !value || row.cells[at] === value));
    table.most = FIRST;
    found += table.found.length;
    of += table.rows.length;
    draw(table);
  }
  const count = document.getElementById("count");
  count.dataset.sought = sought;
  count.textContent = `${counted(found, "row", "rows")} of ${of.toLocaleString("en")}`;
}

function section(table) {
  const chosen = table.columns.flatMap((column, at) => {
    const values = [...new Set(table.rows.map((row) => row.cells[at]))].sort();
    if (!column.choose) return [];
    const id = `choose-${table.at}-${at}`;
    const options = [make("option", { value: "" }, "all"), ...values.filter(Boolean).map((value) => make("option", { value }, value))];
    return [make("div", {}, make("label", { for: id }, column.name), make("select", { id }, options))];
  });
  const more = make("button", { id: `more-${table.at}`, type: "button" });
  more.addEventListener("click", () => {
    table.most += MORE;
    draw(table);
  });
  return make(
    "section",
    {},
    make("h2", {}, table.title),
    ...table.notes.map((note) => make("p", { class: "soft" }, ...inCode(note))),
    chosen.length ? make("form", { class: "chosen" }, chosen) : null,
    make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": table.title },
      make("table", {},
        make("thead", {}, make("tr", {}, table.columns.map((column) => make("th", { scope: "col" }, column.name)))),
        make("tbody", { id: `rows-${table.at}` }))),
    make("p", { id: `none-${table.at}`, class: "soft" }, table.rows.length ? "Nothing fits." : table.empty),
    more,
  );
}

document.getElementById("overview").append(...all.map(section));
for (const select of document.querySelectorAll("select")) select.addEventListener("change", filter);
for (const form of document.querySelectorAll("form.chosen")) form.addEventListener("submit", (event) => event.preventDefault());
searched("search", all.some((table) => table.rows.length > 5000), filter);
// Paper cannot be clicked: everything that was found is on it, up to what a person would print.
window.addEventListener("beforeprint", () => all.forEach((table) => draw(table, PRINTED)));
window.addEventListener("afterprint", () => all.forEach((table) => draw(table)));
filter();
