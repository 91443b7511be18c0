// What the page does beyond plain links and forms; every screen works without it.
"use strict";

(() => {
  const said = document.getElementById("said");

  // --- a search as one types: the results are exchanged, the field keeps the focus, the address follows
  const search = document.getElementById("search");
  const results = document.getElementById("results");
  let exchange = null;
  if (search && results) {
    const field = search.querySelector("input[type=search]");
    let composing = false;
    let waiting = 0;
    let newest = 0;
    const find = async () => {
      const address = `${search.action.split("?")[0]}?${new URLSearchParams(new FormData(search))}`;
      const mine = ++newest;
      let html;
      try {
        const answer = await fetch(`${address}&part=results`, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        html = await answer.text();
      } catch {
        return; // the button さがす still works
      }
      if (mine !== newest || composing) return;
      results.innerHTML = html;
      history.replaceState(null, "", address);
      const count = results.querySelector("[data-count]");
      if (said && count) said.textContent = `${count.textContent}を表示しています`;
      readyTicks();
    };
    exchange = find;
    const later = () => {
      if (composing) return;
      clearTimeout(waiting);
      waiting = setTimeout(find, 250);
    };
    field.addEventListener("compositionstart", () => { composing = true; clearTimeout(waiting); });
    field.addEventListener("compositionend", () => { composing = false; later(); });
    field.addEventListener("input", later);
  }

  // --- all sheets of this page at once
  function readyTicks() {
    const all = document.getElementById("tick-all");
    if (!all) return;
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of document.querySelectorAll("input[name=sheet]")) box.checked = all.checked;
    });
  }
  readyTicks();

  // --- a save that arrives meanwhile: a list nobody is at work in is exchanged, elsewhere it is said, never forced upon anybody
  const body = document.body;
  const newer = document.getElementById("newer");
  const pause = document.getElementById("pause");
  if (newer && pause && body.dataset.state) {
    const kept = (value) => {
      try {
        if (value !== undefined) localStorage.setItem("xlsync-paused", value);
        return localStorage.getItem("xlsync-paused") === "yes";
      } catch {
        return value === "yes"; // a private window
      }
    };
    let paused = kept();
    const show = () => { pause.textContent = paused ? "自動の更新を始める" : "自動の更新を止める"; };
    const idle = () => results && exchange && !results.contains(document.activeElement)
      && !document.querySelector("#results input:checked");
    pause.hidden = false;
    show();
    pause.addEventListener("click", () => {
      paused = !paused;
      kept(paused ? "yes" : "no");
      if (paused) newer.hidden = true;
      show();
    });
    setInterval(async () => {
      if (document.hidden || paused) return;
      try {
        const answer = await fetch(body.dataset.state, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const version = String((await answer.json()).version);
        if (version === body.dataset.version || paused) return;
        if (idle()) {
          await exchange();
          body.dataset.version = version;
        } else {
          newer.hidden = false;
        }
      } catch {
        // the server is away for a moment
      }
    }, 3000);
  }

  // --- a city that has just been founded: its page is opened as soon as it answers
  const opens = document.querySelector("[data-opens]");
  if (opens) {
    const look = setInterval(async () => {
      try {
        const answer = await fetch("/xlsync/1/health");
        if (!answer.ok) return;
        clearInterval(look);
        location.href = opens.href;
      } catch {
        // the next look
      }
    }, 500);
  }

  // --- whoever types another text means that one
  for (const text of document.querySelectorAll("[name^='text.']")) {
    text.addEventListener("input", () => {
      const own = text.closest(".option").querySelector("input[type=radio]");
      if (text.value) own.checked = true;
    });
  }

  // --- work that goes on: its page is read again while it does, soon at first, then each second
  const job = document.querySelector("[data-job]");
  if (job && job.querySelector("[data-running]")) {
    let pauseBefore = 200;
    const look = async () => {
      try {
        const answer = await fetch(job.dataset.job, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) job.innerHTML = await answer.text();
      } catch {
        // the next look
      }
      pauseBefore = Math.min(1000, pauseBefore * 1.5);
      if (job.querySelector("[data-running]")) setTimeout(look, pauseBefore);
    };
    setTimeout(look, pauseBefore);
  }
})();
