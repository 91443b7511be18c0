"use strict";
(() => {
  const keep = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* private window */ } };
  const kept = (name) => { try { return sessionStorage.getItem(name) || ""; } catch { return ""; } };
  const input = document.querySelector("#search");
  const buttons = [...document.querySelectorAll("[data-filter]")];
  const units = [...document.querySelectorAll("details[data-unit]")];
  let state = kept("state");
  input.value = kept("words");
  const show = () => {
    const words = input.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    for (const unit of units) {
      let any = false;
      for (const row of unit.querySelectorAll("tr[data-state]")) {
        const text = row.dataset.text;
        const fits = (!state || row.dataset.state === state) && words.every((word) => text.includes(word));
        row.hidden = !fits;
        any = any || fits;
      }
      unit.hidden = !any;
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.filter === state));
  };
  input.addEventListener("input", () => { keep("words", input.value); show(); });
  for (const button of buttons) {
    button.addEventListener("click", () => {
      state = state === button.dataset.filter ? "" : button.dataset.filter;
      keep("state", state);
      show();
    });
  }
  for (const unit of document.querySelectorAll("details[id]")) {
    const was = kept(unit.id);
    if (was) unit.open = was === "open";
    unit.addEventListener("toggle", () => keep(unit.id, unit.open ? "open" : "closed"));
  }
  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", () => {
      const text = button.parentElement.querySelector("textarea");
      text.select();
      document.execCommand("copy");
      button.textContent = "コピーしました";
      setTimeout(() => { button.textContent = "文面をコピー"; }, 2000);
    });
  }
  show();
  const pause = document.querySelector("#pause");
  let paused = kept("paused") === "yes";
  const tell = () => {
    pause.hidden = false;
    pause.textContent = paused ? "自動の更新を始める" : "自動の更新を止める";
  };
  pause.addEventListener("click", () => { paused = !paused; keep("paused", paused ? "yes" : "no"); tell(); });
  tell();
  const again = () => {
    const busy = paused || document.hidden || ["INPUT", "TEXTAREA"].includes(document.activeElement?.tagName);
    if (busy) setTimeout(again, 5000); else location.reload();
  };
  setTimeout(again, 60000);
})();
