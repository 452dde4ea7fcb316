// Nothing here is needed: it saves pressing a button. Load as values change, and numbers as they come.
"use strict";
document.documentElement.classList.add("scripted");

const live = document.getElementById("live");
if (live && live.dataset.open === "yes") {
  const again = async () => {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
      const now = page.getElementById("live");
      const inside = live.contains(document.activeElement) ? document.activeElement.textContent : "";
      live.replaceChildren(...now.childNodes);
      live.dataset.open = now.dataset.open;
      const same = inside && [...live.querySelectorAll("button, a")].find((one) => one.textContent === inside);
      if (same) same.focus();
    } catch (error) {
      // the server may be starting again: ask once more
    }
    if (live.dataset.open === "yes") setTimeout(again, 1500);
  };
  setTimeout(again, 1500);
}

const form = document.getElementById("form");
const load = document.getElementById("load");
if (form) {
  let asked = 0;
  const weigh = async () => {
    const mine = ++asked;
    const before = new Map([...form.elements].map((one) => [one.name, one.defaultValue ?? ""]));
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const field = form.elements.namedItem(name);
      const usual = field.options ? [...field.options].find((one) => one.defaultSelected)?.value ?? "" : before.get(name);
      if (!name.includes(".") || value !== usual || field.closest(".changed")) said.append(name, value);
    }
    const answer = await fetch("/load?" + said);
    if (mine === asked && answer.ok && load) load.innerHTML = await answer.text();
  };
  form.addEventListener("change", () => weigh().catch(() => {}));
  if (load && load.dataset.known === "no") weigh().catch(() => {});
}
