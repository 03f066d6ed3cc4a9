/* Makes scrolling areas accessible by keyboard and labels the search. The theme does neither. */
"use strict";

(() => {
  const SCROLLING = '.md-typeset pre > code, .md-typeset__scrollwrap, .timeline, p:has(> img[src$=".svg"])';

  function reach() {
    for (const each of document.querySelectorAll(SCROLLING)) {
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
      else each.removeAttribute("tabindex");
    }
  }

  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  addEventListener("load", () => {
    reach();
    addEventListener("resize", reach);
    addEventListener("change", reach); // another tab was selected
  });
})();
