// Small helps for pages that work without them. No state, no storage, nothing sent.
"use strict";

// A form with words in it asks before it is left; sending it is not leaving it.
const touched = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[method=post]");
  if (form && event.target.matches("textarea")) touched.add(form);
});
document.addEventListener("submit", (event) => touched.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  for (const form of touched) {
    const words = [...form.querySelectorAll("textarea")];
    if (form.isConnected && words.some((area) => area.value.trim() !== area.defaultValue.trim())) {
      event.preventDefault();
    }
  }
});

// How many letters are left, said only when it gets tight.
const TIGHT = 200;
const segments = "Segmenter" in Intl ? new Intl.Segmenter() : null;
const length = (text) => (segments ? [...segments.segment(text)].length : [...text].length);
for (const left of document.querySelectorAll("[data-left-of]")) {
  const area = document.getElementById(left.dataset.leftOf);
  const show = () => {
    const rest = Number(left.dataset.most) - length(area.value);
    const said = left.dataset.words.replace("{n}", new Intl.NumberFormat().format(rest));
    left.textContent = rest < TIGHT ? said : "";
    left.classList.toggle("wrong", rest < 0);
  };
  if (area) {
    area.addEventListener("input", show);
    show();
  }
}

// Open menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Buttons that only a script can do are hidden until there is one.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.dataset.done;
  });
}

// A form that came back with faults: the summary is read first.
document.querySelector(".note[role=alert][tabindex]")?.focus();
