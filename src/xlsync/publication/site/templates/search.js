(function () {
  "use strict";
  var box = document.getElementById("search"), list = document.getElementById("hits"), said = document.getElementById("count");
  if (!box || !window.XLSYNC_PROJECTS) { return; }
  document.documentElement.classList.add("scripts");
  function folded(text) {
    return text.normalize("NFKC").toLowerCase().replace(/[ァ-ヶ]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0x60); });
  }
  function search() {
    var words = folded(box.value).split(/\s+/).filter(Boolean), hits = [];
    list.textContent = "";
    if (!words.length) { said.textContent = ""; return; }
    hits = window.XLSYNC_PROJECTS.filter(function (p) {
      var text = folded(p[1] + " " + p[2]) + " " + p[3];
      return words.every(function (w) { return text.indexOf(w) >= 0; });
    });
    said.textContent = hits.length ? hits.length + "件あります" + (hits.length > 100 ? "（はじめの100件）" : "") : "見つかりません";
    hits.slice(0, 100).forEach(function (p) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = p[0]; link.textContent = p[1];
      item.appendChild(link); item.appendChild(document.createTextNode("　" + p[2]));
      list.appendChild(item);
    });
  }
  box.addEventListener("input", search);
  search();
}());
