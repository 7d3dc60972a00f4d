(function () {
  "use strict";
  var sentences = Array.from(document.querySelectorAll(".s[data-claims]"));
  var cards = Array.from(document.querySelectorAll(".card"));
  var hint = document.querySelector(".hint");
  function choose(sentence) {
    var wanted = sentence.dataset.claims.split(" ").map(function (n) { return "claim-" + n; });
    sentences.forEach(function (s) { s.classList.toggle("chosen", s === sentence); });
    cards.forEach(function (c) { c.hidden = wanted.indexOf(c.id) < 0; });
    hint.hidden = true;
    document.querySelectorAll(".card:not([hidden]) mark").forEach(function (m) {
      var box = m.closest("blockquote");
      box.scrollTop = m.offsetTop - box.offsetTop - box.clientHeight / 3;
    });
  }
  sentences.forEach(function (s) {
    s.addEventListener("click", function () { choose(s); });
    s.addEventListener("keydown", function (e) {
      if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(s); }
    });
  });
  var first = document.querySelector(".s.refuted, .s.unverifiable") || sentences[0];
  if (first) { choose(first); }
})();
