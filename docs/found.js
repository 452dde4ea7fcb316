// Search without a server: search.js has the text of every page, and lies beside this file.
const form = document.getElementById("search"), asked = document.getElementById("asked");
const found = document.getElementById("found"), root = form.dataset.root.replace(/index\.html$/, "");
const plain = (text) => new DOMParser().parseFromString(text, "text/html").body.textContent;
function look() {
  const words = asked.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  const items = words.length ? __index.items.map((one) => {
    const title = one.title.toLowerCase(), text = (title + " " + one.text).toLowerCase();
    const all = words.every((word) => text.includes(word));
    return { one, rank: all ? words.filter((word) => title.includes(word)).length + 1 : 0 };
  }).filter((it) => it.rank).sort((a, b) => b.rank - a.rank).slice(0, 20) : [];
  found.hidden = !words.length;
  found.replaceChildren();
  const list = document.createElement("ul");
  for (const { one } of items) {
    const link = document.createElement("a"), line = document.createElement("li");
    link.href = root + one.location;
    link.textContent = plain(one.title);
    const text = plain(one.text), at = Math.max(text.toLowerCase().indexOf(words[0]) - 60, 0);
    line.append(link, ": " + text.slice(at, at + 160));
    list.append(line);
  }
  found.append(items.length ? list : "Nothing has all of these words.");
}
asked.addEventListener("input", look);
form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
