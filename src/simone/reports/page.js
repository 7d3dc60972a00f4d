(function () {
  "use strict";
  var root = document.documentElement;
  var text = document.querySelector(".text");
  var panel = document.querySelector(".evidence");
  var home = panel.parentNode;
  var sentences = Array.from(document.querySelectorAll("a.s"));
  var cards = Array.from(document.querySelectorAll(".card"));
  var filters = Array.from(document.querySelectorAll("button[data-only]"));
  var narrow = window.matchMedia("(max-width: 800px)");
  var chosen = null;
  root.classList.add("js");
  function place() {
    if (narrow.matches && chosen) { chosen.closest("p").after(panel); } else if (panel.parentNode !== home) { home.append(panel); }
  }
  function choose(sentence) {
    var wanted = sentence.dataset.claims.split(" ").map(function (n) { return "claim-" + n; });
    chosen = sentence;
    sentences.forEach(function (s) {
      s.classList.toggle("chosen", s === sentence);
      if (s === sentence) { s.setAttribute("aria-current", "true"); } else { s.removeAttribute("aria-current"); }
    });
    cards.forEach(function (c) { c.classList.toggle("shown", wanted.indexOf(c.id) >= 0); });
    place();
    panel.scrollTop = 0;
  }
  function step(by) {
    var able = sentences.filter(function (s) { return !text.classList.contains("filtered") || s.classList.contains("kept"); });
    if (!able.length) { return; }
    var at = able.indexOf(chosen);
    var next = able[at < 0 ? 0 : Math.min(able.length - 1, Math.max(0, at + by))];
    choose(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  function only(status) {
    filters.forEach(function (b) { b.setAttribute("aria-pressed", String(b.dataset.only === status)); });
    text.classList.toggle("filtered", status !== "");
    sentences.forEach(function (s) { s.classList.toggle("kept", s.dataset.status === status); });
    var first = sentences.find(function (s) { return s.dataset.status === status; });
    if (first && (!chosen || chosen.dataset.status !== status)) { choose(first); }
  }
  sentences.forEach(function (s) {
    s.addEventListener("click", function (e) { e.preventDefault(); choose(s); });
    s.addEventListener("keydown", function (e) { if (e.key === " ") { e.preventDefault(); choose(s); } });
  });
  filters.forEach(function (b) { b.addEventListener("click", function () { only(b.dataset.only); }); });
  document.querySelectorAll("button[data-step]").forEach(function (b) {
    b.addEventListener("click", function () { step(Number(b.dataset.step)); b.focus({ preventScroll: true }); });
  });
  document.addEventListener("keydown", function (e) {
    if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) { return; }
    if (e.key === "ArrowRight") { e.preventDefault(); step(1); }
    if (e.key === "ArrowLeft") { e.preventDefault(); step(-1); }
  });
  narrow.addEventListener("change", place);
  var named = sentences.find(function (s) { return "#claim-" + s.dataset.claims.split(" ")[0] === window.location.hash; });
  var first = named || document.querySelector("a.s.refuted") || document.querySelector("a.s.unverifiable") || sentences[0];
  if (first && (named || !narrow.matches)) { choose(first); }
})();
