/* The table of snippets: filters, deep links, and code that expands below a row.
   Without this script, it is a table with links to the code. */
"use strict";

(() => {
  const matrix = document.getElementById("matrix");
  if (!matrix) return;

  const filter = document.getElementById("filter");
  const fields = ["words", "subject", "kind", "verdict", "checker"].map((id) => document.getElementById(id));
  const [words, subject, kind, verdict, checker] = fields;
  const none = document.getElementById("none");
  const rows = [...matrix.querySelectorAll("tr[id]")].map((row) => ({
    row,
    link: row.querySelector("th a"),
    kind: row.dataset.kind,
    subject: row.parentElement.dataset.subject,
    text: `${row.id} ${row.querySelector("th").textContent}`.toLowerCase(),
    verdicts: new Map([...row.querySelectorAll("td")].map((cell) => [
      cell.dataset.checker,
      cell.querySelector(".verdict").textContent,
    ])),
  }));
  const pages = new Map();

  function fits(entry) {
    const wanted = words.value.toLowerCase().split(/\s+/);
    if (!wanted.every((word) => entry.text.includes(word))) return false;
    if (subject.value && entry.subject !== subject.value) return false;
    if (kind.value && entry.kind !== kind.value) return false;
    const all = [...entry.verdicts.values()];
    if (verdict.value === "differ") {
      const of = checker.value && entry.verdicts.get(checker.value);
      return of ? all.some((each) => each !== of) : new Set(all).size > 1;
    }
    if (!verdict.value) return true;
    return checker.value ? entry.verdicts.get(checker.value) === verdict.value : all.includes(verdict.value);
  }

  function apply() {
    let count = 0;
    for (const entry of rows) {
      const shown = fits(entry);
      count += shown;
      entry.row.hidden = !shown;
      if (entry.detail) entry.detail.hidden = !shown;
    }
    for (const body of matrix.tBodies) {
      body.hidden = ![...body.rows].some((row) => row.id && !row.hidden);
    }
    document.getElementById("shown").value = `${count} of ${rows.length} snippets`;
    none.hidden = count > 0;
    for (const cell of matrix.querySelectorAll("[data-checker]")) {
      cell.classList.toggle("only", cell.dataset.checker === checker.value);
    }
  }

  function remember(name) {
    const chosen = fields.filter((field) => field.value).map((field) => [field.id, field.value]);
    const query = chosen.length ? `?${new URLSearchParams(chosen)}` : "";
    history.replaceState(null, "", `${location.pathname}${query}${name ? `#${name}` : ""}`);
  }

  function recall() {
    const query = new URLSearchParams(location.search);
    for (const field of fields) field.value = query.get(field.id) ?? "";
    for (const field of fields) if (field.selectedIndex === -1) field.value = "";
    apply();
  }

  async function page(address) {
    if (!pages.has(address)) {
      pages.set(address, fetch(address).then(async (answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${address}`);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      }));
    }
    return pages.get(address);
  }

  async function open(entry) {
    if (entry.detail) return;
    const cell = document.createElement("td");
    cell.colSpan = entry.row.cells.length;
    const detail = document.createElement("tr");
    detail.className = "detail";
    detail.append(cell);
    entry.detail = detail;
    entry.row.after(detail);
    entry.row.classList.add("open");
    entry.link.setAttribute("aria-expanded", "true");
    try {
      const found = (await page(entry.link.href.split("#")[0])).querySelector(`[data-name="${entry.row.id}"]`);
      cell.append(document.importNode(found, true));
    } catch {
      location.assign(entry.link.href); // a saved page, or no connection
    }
  }

  function close(entry) {
    entry.detail?.remove();
    entry.detail = undefined;
    entry.row.classList.remove("open");
    entry.link.setAttribute("aria-expanded", "false");
  }

  async function follow() {
    const entry = rows.find(({ row }) => row.id === decodeURIComponent(location.hash.slice(1)));
    if (!entry) return;
    if (entry.row.hidden) {
      filter.reset();
      apply();
    }
    await open(entry);
    entry.row.scrollIntoView({ block: "center" });
    entry.link.focus({ preventScroll: true });
  }

  function step(from, by) {
    const shown = rows.filter(({ row }) => !row.hidden);
    shown[shown.indexOf(from) + by]?.link.focus();
  }

  for (const entry of rows) {
    entry.link.setAttribute("aria-expanded", "false");
    entry.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (entry.detail) close(entry);
      else open(entry);
      remember(entry.detail ? entry.row.id : "");
    });
    entry.link.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") step(entry, 1);
      else if (event.key === "ArrowUp") step(entry, -1);
      else if (event.key === "Escape" && entry.detail) { close(entry); remember(""); }
      else return;
      event.preventDefault();
    });
  }
  for (const kind of ["input", "change"]) filter.addEventListener(kind, () => { apply(); remember(""); });
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("reset", () => setTimeout(() => { apply(); remember(""); }));
  none.querySelector("button").addEventListener("click", () => filter.reset());
  addEventListener("hashchange", follow);

  filter.hidden = false;
  recall();
  follow();
})();
