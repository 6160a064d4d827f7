// Shows the plans that stand in this page, and what came of them.
const ROW = 52;
const [DONE, FAILED, WAITS] = ["done", "failed", "waits for a person"];
const WORDS = {
  delete: "takes", archive: "takes", deactivate: "takes", revoke: "takes",
  create: "gives", grant: "gives", adopt: "adopts", reactivate: "changes", update: "changes",
};

/** Where a rule is written; a line may end after each folder. */
function place(rule) {
  if (!rule.path) return "";
  const folders = `${rule.path}:${rule.line}`.split(/(?<=[/])/);
  return make("span", {}, folders.flatMap((folder) => [folder, make("wbr")]));
}
const shown = (value) => (value === undefined || value === null ? "(empty)" : String(value));

/** One line for each person: everything that becomes of them. */
const entries = [];
page.plans.forEach((plan, planAt) => {
  const of = new Map();
  plan.changes.forEach((change) => {
    if (!of.has(change.who)) {
      const entry = { plan, planAt, who: change.who, changes: [] };
      of.set(change.who, entry);
      entries.push(entry);
    }
    of.get(change.who).changes.push(change);
  });
});
for (const entry of entries) {
  const account = entry.changes.find((change) => !change.right) || entry.changes[0];
  entry.word = account.operation;
  entry.operations = new Set(entry.changes.map((change) => change.operation));
  // What is wanted no longer happens to nobody.
  entry.happens = entry.plan.happens;
  entry.takes = entry.happens && entry.changes.some((change) => WORDS[change.operation] === "takes");
  entry.held = entry.changes.map((change) => change.hold).find(Boolean);
  entry.results = new Set(entry.changes.map((change) => change.result).filter(Boolean));
  entry.waits = entry.results.size ? entry.results.has(WAITS) : Boolean(entry.held);
  entry.failed = entry.results.has(FAILED);
  entry.rank = entry.failed ? 0 : entry.waits ? 1 : entry.takes ? 2 : 3;
  entry.department = entry.plan.people[entry.who].department;
  entry.rules = new Set(entry.changes.flatMap((change) => change.why.map((why) => why[0])));
  entry.name = entry.plan.people[entry.who].name;
  // Rights first: a line is cut at its end, and an account may have many attributes.
  const rights = entry.changes.filter((change) => change.right);
  const others = entry.changes.filter((change) => !change.right);
  entry.summary = [...rights, ...others].map(inWords).join(", ");
}
// What failed, what waits and what takes something away comes first.
entries.sort((one, other) => one.rank - other.rank);

function inWords(change) {
  if (change.right) return (change.operation === "grant" ? "+ " : "− ") + change.right;
  const attributes = change.attributes.map((written) => `${written[0]}: ${shown(written[2])}`);
  return attributes.length ? attributes.join(", ") : change.operation;
}

/** What search looks at: made when it is first asked for, since a plan may have a hundred thousand people. */
function haystack(entry) {
  if (entry.text === undefined) {
    const { plan } = entry;
    const person = plan.people[entry.who];
    const because = entry.changes.flatMap((change) => change.why.map((why) => plan.because[why[1]]));
    const values = entry.changes.flatMap((change) => change.attributes.flatMap((written) => [written[1], written[2]]));
    const rules = [...entry.rules].map((rule) => plan.rules[rule].id);
    const problems = entry.changes.map((change) => change.problem);
    const parts = [entry.name, person.department, person.user, person.account, entry.summary, ...because, ...values, ...rules, ...problems];
    entry.text = parts.filter((part) => part !== undefined && part !== null).join("\n").toLowerCase();
  }
  return entry.text;
}

const link = (href, ...text) => make("a", { href }, ...text);
const personLink = (planAt, who) => link(`#person/${planAt}/${who}`, page.plans[planAt].people[who].name);
const ruleLink = (planAt, rule) => {
  const { id } = page.plans[planAt].rules[rule];
  return link(`#rule/${planAt}/${rule}`, id);
};

const where = (plan) => (plan.part ? `${plan.name}, ${plan.part}` : plan.name);

// ---- the overview

function bars(plan) {
  const list = make("dl", { class: "bars" });
  const most = Math.max(1, ...page.plans.flatMap((other) => Object.values(other.counts)));
  for (const [operation, count] of Object.entries(plan.counts)) {
    const bar = make("div", { class: `bar ${WORDS[operation]}`, "aria-hidden": "true" });
    bar.style.width = `${Math.max(1, (100 * count) / most)}%`;
    list.append(make("dt", { class: WORDS[operation] }, operation), make("dd", {}, count.toLocaleString("en")), make("dd", {}, bar));
  }
  return list;
}

/** What a guard or the data says, its code, and the policy that it comes from. */
const finding = (found) => [...inCode(found.message), " (", make("code", {}, found.code), found.path ? ", " : "", place(found), ")"];

function application(plan) {
  const reports = Object.entries(plan.reported).map(([word, count]) => `${count.toLocaleString("en")} ${word}`);
  return make(
    "li",
    {},
    make("h3", {}, plan.name),
    ...(plan.part ? [make("p", {}, plan.part)] : []),
    ...plan.refused.map((refusal) => make("p", { class: "refused" }, make("strong", {}, "Refused: "), finding(refusal))),
    Object.keys(plan.counts).length ? bars(plan) : make("p", {}, "No account changes."),
    reports.length ? make("p", { class: "soft" }, reports.join(", ")) : null,
    ...plan.findings.map((found) => make("p", {}, "Note: ", finding(found))),
    make("p", { class: "soft" }, `${plan.read}; ${plan.commit}, ${plan.day}`),
  );
}

/** How a run ended, before what it did. */
function runs() {
  for (const run of page.runs) {
    document.getElementById("runs").append(
      make("p", { class: run.problem || run.failed ? "refused" : "ended" },
        make("strong", {}, run.name), run.run ? `, run ${run.run}: ` : ": ", run.ended, run.counts ? ` (${run.counts})` : "",
        run.at ? make("span", { class: "soft" }, `; begun ${run.at}, policies of commit ${run.commit}`) : null,
        run.window ? make("span", {}, make("br"), `change window: ${run.window}`) : null,
        run.problem ? make("span", {}, make("br"), ...inCode(run.problem)) : null,
        run.held ? make("span", {}, make("br"), "To let through what waits: look, then ", make("code", {}, `rolewright apply --release ${run.run}`)) : null,
      ),
    );
  }
}

const OPEN = 200;

/** What failed, takes something away or waits for a person is never behind a click. */
function open() {
  const urgent = entries.filter((entry) => entry.happens && entry.rank < 3);
  if (page.runs.length) document.getElementById("open-title").textContent = "Failed, waiting for a person, or taken away";
  const list = document.getElementById("open");
  list.replaceChildren(
    ...urgent.slice(0, OPEN).map((entry) =>
      make(
        "li",
        { class: entry.takes || entry.failed ? "takes" : "adopts" },
        make("strong", { class: entry.takes || entry.failed ? "takes" : "adopts" }, entry.word),
        entry.results.size ? `, ${[...entry.results].join(", ")}: ` : " ",
        personLink(entry.planAt, entry.who),
        page.plans.length > 1 ? ` in ${where(entry.plan)}` : "",
        entry.summary === entry.word ? null : make("div", { class: "code" }, entry.summary),
        ...problems(entry).map((problem) => make("div", {}, ...inCode(problem))),
        entry.held && !entry.results.size ? make("div", {}, `waits for a person: ${entry.held}`) : null,
        make("div", { class: "soft" }, ...inCode(entry.plan.because[entry.changes[0].why[0]?.[1]] || "")),
      ),
    ),
  );
  const more = urgent.length - OPEN;
  document.getElementById("more").textContent =
    more > 0 ? `And ${more.toLocaleString("en")} more: they are the first of the list below.` : "";
  document.getElementById("nothing").hidden = urgent.length > 0;
}

const problems = (entry) => [...new Set(entry.changes.map((change) => change.problem).filter(Boolean))];

// ---- the list

const list = document.getElementById("list");
const space = make("div", { class: "space", role: "presentation" });
let found = entries;

function wordOf(entry) {
  if (!entry.happens) return `not: ${entry.word}`;
  const word = entry.takes && WORDS[entry.word] !== "takes" ? `${entry.word}, revoke` : entry.word;
  const open = [...entry.results].filter((result) => result !== DONE);
  return open.length ? `${word}: ${open.join(", ")}` : word;
}

function rowOf(entry, index) {
  const row = make(
    "div",
    { class: "row", role: "listitem", "aria-posinset": index + 1, "aria-setsize": found.length },
    make("span", { class: entry.happens ? `word ${WORDS[entry.word]}` : "word soft" }, wordOf(entry)),
    make("span", {}, personLink(entry.planAt, entry.who)),
    make("span", { class: "code" }, entry.summary),
  );
  row.style.top = `${index * ROW}px`;
  return row;
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 5);
  const last = Math.min(found.length, first + Math.ceil(list.clientHeight / ROW) + 10);
  const focused = document.activeElement?.closest?.(".row")?.getAttribute("aria-posinset");
  const rows = [];
  for (let index = first; index < last; index += 1) rows.push(rowOf(found[index], index));
  space.replaceChildren(...rows);
  if (focused) space.querySelector(`[aria-posinset="${focused}"] a`)?.focus({ preventScroll: true });
}

const FILTERS = ["kind", "application", "rule", "department", "result"];

function filter() {
  const sought = document.getElementById("search").value;
  const words = wordsOf(sought);
  const [operation, application, rule, department, result] = FILTERS.map((id) => document.getElementById(id).value);
  found = entries.filter(
    (entry) =>
      (!operation || entry.operations.has(operation)) &&
      (!department || entry.department === department) &&
      (!result || entry.results.has(result)) &&
      (!application || String(entry.planAt) === application) &&
      (!rule || [...entry.rules].some((at) => `${entry.planAt}/${at}` === rule)) &&
      words.every((word) => haystack(entry).includes(word)),
  );
  space.style.height = `${found.length * ROW}px`;
  list.scrollTop = 0;
  const count = document.getElementById("count");
  count.dataset.sought = sought;
  count.textContent =
    `${counted(found.length, "person", "people")} of ${entries.length.toLocaleString("en")}`;
  draw();
}

// ---- a person, a rule

function table(caption, headings, rows) {
  return make(
    "table",
    {},
    make("caption", { class: "soft" }, caption),
    make("thead", {}, make("tr", {}, headings.map((heading) => make("th", { scope: "col" }, heading)))),
    make("tbody", {}, rows.map((row) => make("tr", {}, row.map((cell) => make("td", {}, cell))))),
  );
}

function person(planAt, who) {
  const plan = page.plans[planAt];
  const subject = plan.people[who];
  const changes = plan.changes.filter((change) => change.who === who);
  const parts = [
    make("h2", { tabindex: "-1" }, subject.name),
    make("p", { class: "soft" }, where(plan), subject.department ? `, ${subject.department}` : "", subject.user ? `, user ${subject.user}` : ", no user", subject.account ? `, account ${subject.account}` : ", no account yet"),
  ];
  const values = changes.flatMap((change) =>
    change.attributes.map((written) => [
      written[0],
      make("code", {}, shown(written[1])),
      make("code", {}, shown(written[2])),
      place(plan.rules[written[3]]),
    ]),
  );
  const steps = changes.flatMap((change) =>
    change.why.map((why) => [
      inCode(plan.because[why[1]]),
      ruleLink(planAt, why[0]),
      make("strong", { class: WORDS[change.operation] }, change.right ? `${change.operation} ${change.right}` : change.operation),
      place(plan.rules[why[0]]),
      ...(plan.results ? [change.problem ? inCode(`${change.result}: ${change.problem}`) : change.result] : []),
    ]),
  );
  const reports = plan.reports.filter((report) => report.who === who);
  if (steps.length) parts.push(table("What is done, and why", ["Because", "Rule", "Change", "Policy", ...(plan.results ? ["Result"] : [])], steps));
  if (values.length) parts.push(table("Values before and after", ["Attribute", "Before", "After", "Policy"], values));
  if (reports.length) {
    parts.push(table("What is not done", ["Kind", "Why", "Policy"], reports.map((report) => [report.word, inCode(report.message), report.rule === undefined ? "" : place(plan.rules[report.rule])])));
  }
  return parts;
}

const NAMED = 500;

function ruleOf(planAt, at) {
  const plan = page.plans[planAt];
  const { id, kind, path, line } = plan.rules[at];
  const of = entries.filter((entry) => entry.planAt === planAt && entry.rules.has(at));
  const because = (entry, wanted) => entry.changes.filter((change) => change.why.some((why) => why[0] === at) && wanted(WORDS[change.operation]));
  const part = (title, wanted) => {
    const rows = of.map((entry) => [entry, because(entry, wanted)]).filter(([, changes]) => changes.length);
    if (!rows.length) return [];
    const more = rows.length - NAMED;
    return [
      make("h3", {}, `${title}: ${rows.length.toLocaleString("en")}`),
      make("ul", {}, rows.slice(0, NAMED).map(([entry, changes]) => make("li", {}, personLink(planAt, entry.who), ": ", make("span", { class: "code" }, changes.map(inWords).join(", "))))),
      more > 0 ? make("p", {}, `and ${more.toLocaleString("en")} more: choose the rule in the list`) : null,
    ];
  };
  return [
    make("h2", { tabindex: "-1" }, id),
    make("p", { class: "soft" }, `${where(plan)}, ${kind}${path ? `, ${path}:${line}` : ""}`),
    ...part("Lose something", (word) => word === "takes"),
    ...part("Get something", (word) => word === "gives" || word === "adopts"),
    ...part("Change", (word) => word === "changes"),
  ];
}

// ---- routes

function route() {
  const [kind, planAt, at] = decodeURIComponent(location.hash.slice(1)).split("/");
  const detail = document.getElementById("detail");
  const isDetail = (kind === "person" && page.plans[planAt]?.people[at]) || (kind === "rule" && page.plans[planAt]?.rules[at]);
  document.getElementById("overview").hidden = Boolean(isDetail);
  detail.hidden = !isDetail;
  if (!isDetail) {
    draw();
    return;
  }
  const parts = kind === "person" ? person(Number(planAt), Number(at)) : ruleOf(Number(planAt), Number(at));
  detail.replaceChildren(make("p", {}, link("#", "Back to everybody")), ...parts.filter(Boolean));
  detail.querySelector("h2").focus();
  window.scrollTo(0, 0);
}

function start() {
  runs();
  document.getElementById("applications").append(...page.plans.map(application));
  open();
  const sorted = (values) => [...new Set(values)].sort().map((word) => [word, word]);
  choices("kind", sorted(entries.flatMap((entry) => [...entry.operations])));
  choices("application", page.plans.map((plan, at) => [at, where(plan)]));
  const rules = page.plans.flatMap((plan, planAt) => plan.rules.map((rule, at) => [`${planAt}/${at}`, rule.id]));
  const used = new Set(entries.flatMap((entry) => [...entry.rules].map((at) => `${entry.planAt}/${at}`)));
  choices("rule", rules.filter(([value]) => used.has(value)));
  choices("department", sorted(entries.map((entry) => entry.department).filter(Boolean)));
  choices("result", sorted(entries.flatMap((entry) => [...entry.results])));
  list.append(space);
  list.addEventListener("scroll", () => requestAnimationFrame(draw));
  for (const id of FILTERS) document.getElementById(id).addEventListener("change", filter);
  searched("search", entries.length > 5000, filter);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && location.hash) location.hash = "";
  });
  window.addEventListener("hashchange", route);
  window.addEventListener("resize", draw);
  // Paper cannot be scrolled: everybody who was found is on it, up to what a person would print.
  window.addEventListener("beforeprint", () => space.replaceChildren(...found.slice(0, 2000).map(rowOf)));
  window.addEventListener("afterprint", draw);
  filter();
  route();
}

start();
