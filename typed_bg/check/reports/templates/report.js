"use strict";
(() => {
  const form = document.getElementById("filter");
  const calls = [...document.querySelectorAll("table.calls > tbody")];
  const folds = [...document.querySelectorAll("table.calls details")];

  // A call that is linked to is shown with its reasons.
  const unfoldLinked = () => {
    const linked = calls.find((call) => "#" + call.id === location.hash);
    if (linked) {
      linked.hidden = false;
      linked.querySelector("details").open = true;
      linked.scrollIntoView({ block: "center" });
    }
  };
  addEventListener("hashchange", unfoldLinked);
  unfoldLinked();
  if (!form) return;

  const words = document.getElementById("words");
  const checker = document.getElementById("checker");
  const verdict = document.getElementById("verdict");
  const unfold = document.getElementById("unfold");

  // The verdict is asked of the same checker that is chosen; of any where none is.
  const fits = (call) =>
    call.dataset.search.includes(words.value.trim().toLowerCase()) &&
    call.dataset.verdicts.split(" ").some((pair) => {
      const [name, given] = pair.split("=");
      return (!checker.value || name === checker.value) && (!verdict.value || given === verdict.value);
    });
  const filter = () => {
    let shown = 0;
    for (const call of calls) {
      const fit = !(words.value.trim() || checker.value || verdict.value) || fits(call);
      call.hidden = !fit;
      shown += fit;
    }
    document.getElementById("shown").value = `${shown} of ${calls.length} calls`;
    document.getElementById("none").hidden = shown > 0;
  };
  const setFolds = (open) => {
    for (const fold of folds) fold.open = open;
    unfold.textContent = open ? "Fold all" : "Unfold all";
    unfold.setAttribute("aria-pressed", String(open));
  };

  for (const kind of ["input", "change"]) form.addEventListener(kind, filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", () => {
    form.reset();
    filter();
  });
  unfold.addEventListener("click", () => setFolds(unfold.getAttribute("aria-pressed") !== "true"));
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      words.focus();
    }
  });
  form.hidden = false;
  filter();
})();
