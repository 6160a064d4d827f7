// What every page has: its data, and ways to show it. Every text of the data is set as text, never as markup.
"use strict";

const page = JSON.parse(document.getElementById("data").textContent);

/** An element with attributes and children; texts become text nodes. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

/** A text of ours, in which what stands between backticks is code. */
const inCode = (text) => text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make("code", {}, part) : part));

const counted = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** Options of a select; it is shown where there is something to choose. */
function choices(id, options) {
  const select = document.getElementById(id);
  select.append(...options.map(([value, text]) => make("option", { value }, text)));
  select.parentElement.hidden = options.length === 0;
}

/** A search field that `/` leads to; `found` is called once typing pauses. */
function searched(id, many, found) {
  const field = document.getElementById(id);
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(found, many ? 150 : 0);
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select")) {
      event.preventDefault();
      if (location.hash) location.hash = "";
      field.focus();
    }
  });
}

const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
