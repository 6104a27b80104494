"use strict";
(() => {
  const MOST = 30;
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[_-]/g, " ");
  const rules = JSON.parse(document.getElementById("index").textContent).map(([id, title, family, page, words]) => ({
    title, family, page, heading: plain(title), all: plain([title, family, id, words].join(" ")),
  }));
  const form = document.getElementById("search-form");
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const hits = document.getElementById("hits");

  const show = () => {
    const words = plain(query.value).split(/\s+/).filter(Boolean);
    hits.replaceChildren();
    if (!words.length) {
      found.textContent = "";
      return;
    }
    const fitting = rules.filter((rule) => words.every((word) => rule.all.includes(word)));
    const inTitle = (rule) => words.filter((word) => rule.heading.includes(word)).length;
    fitting.sort((one, other) => inTitle(other) - inTitle(one));
    const more = fitting.length > MOST ? `; the first ${MOST} are shown` : "";
    found.textContent = `${fitting.length} ${fitting.length === 1 ? "rule" : "rules"} found${more}`;
    for (const rule of fitting.slice(0, MOST)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const note = document.createElement("span");
      link.href = rule.page;
      link.textContent = rule.title;
      note.className = "note";
      note.textContent = rule.family;
      item.append(link, " ", note);
      hits.append(item);
    }
  };

  form.hidden = false;
  found.textContent = "";
  query.addEventListener("input", show);
  show();
})();
