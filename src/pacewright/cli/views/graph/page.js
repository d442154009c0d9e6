"use strict";
(() => {
  const known = JSON.parse(document.getElementById("elements").textContent);
  const at = (id) => document.getElementById(id);
  const stage = at("stage"), card = at("card"), svg = stage.querySelector("svg");

  // ---- the view: what part of the drawing is shown, as the svg's viewBox
  const whole = svg.viewBox.baseVal;
  const home = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  let view = { ...home };
  let seen = { width: stage.clientWidth, height: stage.clientHeight };
  svg.removeAttribute("width");
  svg.removeAttribute("height");

  function show() {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  }

  // Small drawings are not blown up: at most one and a half pixels for each of their points.
  function fit() {
    const scale = Math.min(1.5, stage.clientWidth / home.width, stage.clientHeight / home.height) || 1;
    const width = stage.clientWidth / scale, height = stage.clientHeight / scale;
    seen = { width: stage.clientWidth, height: stage.clientHeight };
    view = { x: home.x - (width - home.width) / 2, y: home.y - (height - home.height) / 2, width, height };
    show();
  }

  function pointIn(clientX, clientY) {
    const p = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: p.x, y: p.y };
  }

  function zoom(factor, clientX, clientY) {
    const width = Math.min(Math.max(view.width * factor, 60), Math.max(home.width, stage.clientWidth) * 8);
    const real = width / view.width, p = pointIn(clientX, clientY);
    view = { x: p.x - (p.x - view.x) * real, y: p.y - (p.y - view.y) * real, width, height: view.height * real };
    show();
  }

  function zoomMiddle(factor) {
    const box = stage.getBoundingClientRect();
    zoom(factor, box.left + box.width / 2, box.top + box.height / 2);
  }

  function move(pixelsX, pixelsY) {
    const scale = svg.getScreenCTM().a;
    view.x -= pixelsX / scale;
    view.y -= pixelsY / scale;
    show();
  }

  function centre(element) {
    const box = element.getBoundingClientRect(), room = stage.getBoundingClientRect();
    move(room.left + room.width / 2 - box.left - box.width / 2, room.top + room.height / 2 - box.top - box.height / 2);
  }

  // ---- drag and pinch
  const fingers = new Map();
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { size: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    stage.setPointerCapture(event.pointerId);
    if (fingers.size === 1) focusOn(nameAt(event.clientX, event.clientY), event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) {
      focusOn(nameAt(event.clientX, event.clientY), event);
      return;
    }
    const last = fingers.get(event.pointerId), before = fingers.size === 2 ? spread() : null;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before) {
      const now = spread();
      if (now.size > 0) zoom(before.size / now.size, now.x, now.y);
      move(now.x - before.x, now.y - before.y);
    } else if (fingers.size === 1) {
      stage.classList.add("moving");
      move(event.clientX - last.x, event.clientY - last.y);
    }
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    stage.addEventListener(kind, (event) => {
      fingers.delete(event.pointerId);
      stage.classList.remove("moving");
    });
  }
  stage.addEventListener("pointerleave", () => focusOn(null));
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), event.clientX, event.clientY);
  }, { passive: false });
  stage.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.key in steps) move(...steps[event.key]);
    else if (event.key === "+") zoomMiddle(0.8);
    else if (event.key === "-") zoomMiddle(1.25);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  at("closer").addEventListener("click", () => zoomMiddle(0.7));
  at("farther").addEventListener("click", () => zoomMiddle(1 / 0.7));
  at("fit").addEventListener("click", fit);
  window.addEventListener("resize", () => {
    const scale = view.width / seen.width, middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    seen = { width: stage.clientWidth, height: stage.clientHeight };
    const width = seen.width * scale, height = seen.height * scale;
    view = { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
    show();
  });

  // ---- pointing at something: it, its lines and their other ends stay bright
  const ownerOfCopy = {};
  for (const edge of Object.values(known.edges)) if (edge.copy) ownerOfCopy[edge.copy] = edge.head;
  const elementsOf = (vertex) => [vertex, ...Object.keys(ownerOfCopy).filter((c) => ownerOfCopy[c] === vertex)];
  let focus = null;

  function nameAt(x, y) {
    const group = document.elementFromPoint(x, y)?.closest("svg .node, svg .edge, svg .cluster");
    const name = group && group.id;
    return name && (known.vertices[name] || known.edges[name] || ownerOfCopy[name]) ? name : null;
  }

  function inside(box) {
    const found = new Set([box]);
    for (const [name, vertex] of Object.entries(known.vertices)) if (found.has(vertex.parent)) found.add(name);
    return found;
  }

  function around(vertex) {
    const found = new Set();
    for (let v = vertex; v; v = known.vertices[v].parent) found.add(v);
    return found;
  }

  // Lines through a junction belong to one constraint: they are shown together.
  function nearTo(name) {
    const near = new Set();
    const edges = Object.entries(known.edges);
    const ids = (edge) => [edge.tail, edge.head];
    const vertex = ownerOfCopy[name] || name;
    const core = known.vertices[vertex] ? inside(vertex) : new Set();
    const touched = known.edges[name] ? [[name, known.edges[name]]]
      : edges.filter(([, e]) => ids(e).some((v) => core.has(v) || around(vertex).has(v)));
    const joined = new Set(touched.filter(([, e]) => ids(e).some((v) => known.vertices[v].kind === "junction"))
      .map(([, e]) => e.id));
    for (const [edgeName, edge] of edges) {
      if (!touched.some(([n]) => n === edgeName) && !joined.has(edge.id)) continue;
      near.add(edgeName);
      if (edge.copy) near.add(edge.copy);
      for (const end of ids(edge)) for (const v of inside(end)) near.add(v);
    }
    for (const v of core) for (const element of elementsOf(v)) near.add(element);
    return near;
  }

  function focusOn(name, event) {
    if (name !== focus) {
      focus = name;
      for (const element of svg.querySelectorAll(".near")) element.classList.remove("near");
      svg.classList.toggle("focused", Boolean(name));
      if (name) for (const each of nearTo(name)) at(each)?.classList.add("near");
      describe(name);
    }
    if (name && event) place(event.clientX, event.clientY);
  }

  function describe(name) {
    card.hidden = !name;
    if (!name) return;
    const item = known.edges[name] || known.vertices[ownerOfCopy[name] || name];
    const list = document.createElement("dl");
    const facts = item.change ? { change: item.change, ...item.facts } : item.facts;
    for (const [label, value] of Object.entries(facts)) {
      const term = document.createElement("dt"), text = document.createElement("dd");
      term.textContent = label;
      text.textContent = value;
      list.append(term, text);
    }
    card.replaceChildren(list);
  }

  function place(x, y) {
    const box = card.getBoundingClientRect();
    card.style.left = `${Math.max(8, Math.min(x + 16, window.innerWidth - box.width - 8))}px`;
    card.style.top = `${Math.max(8, y + 16 + box.height > window.innerHeight ? y - box.height - 12 : y + 16)}px`;
  }

  // ---- search: Enter goes from one hit to the next
  let hits = [], turn = -1;
  at("search").addEventListener("input", () => {
    const words = at("search").value.trim().toLowerCase();
    for (const element of svg.querySelectorAll(".hit")) element.classList.remove("hit");
    const items = Object.entries({ ...known.vertices, ...known.edges });
    const matches = ([, item]) => [item.id, ...Object.values(item.facts)].some((t) => t.toLowerCase().includes(words));
    hits = words ? items.filter(matches).map(([name]) => at(name)).filter(Boolean) : [];
    for (const element of hits) element.classList.add("hit");
    turn = -1;
    at("found").textContent = words ? `${hits.length} found` : "";
  });
  at("search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !hits.length) return;
    turn = (turn + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    centre(hits[turn]);
    focusOn(hits[turn].id);
    card.hidden = true;
  });

  // ---- the legend switches kinds of lines off and on
  function legendRow(line) {
    const label = document.createElement("label"), box = document.createElement("input"), sample = document.createElement("i");
    box.type = "checkbox";
    box.checked = true;
    box.addEventListener("change", () => switchLine(line.name, box.checked));
    sample.className = line.name;
    sample.style.color = `var(--${line.name})`;
    label.append(box, sample, line.meaning);
    return label;
  }

  function switchLine(name, on) {
    for (const [edgeName, edge] of Object.entries(known.edges)) {
      if (edge.line !== name) continue;
      at(edgeName)?.classList.toggle("off", !on);
      if (edge.copy) at(edge.copy)?.classList.toggle("off", !on);
    }
  }

  function changeRow([change, count]) {
    const row = document.createElement("div");
    row.style.color = `var(--${change})`;
    row.textContent = `${change}: ${count}`;
    return row;
  }

  // ---- page.html#p_IP shows that object
  function showNamed() {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const found = wanted && Object.entries({ ...known.vertices, ...known.edges }).find(([, item]) => item.id === wanted);
    const element = found && at(found[0]);
    if (!element) return;
    centre(element);
    focusOn(found[0]);
    const box = element.getBoundingClientRect();
    place(box.right, box.bottom);
  }
  window.addEventListener("hashchange", showNamed);

  at("legend").append(...known.lines.map(legendRow), ...Object.entries(known.changes || {}).map(changeRow));
  at("legend").hidden = !at("legend").childElementCount;
  svg.classList.toggle("compared", Boolean(known.changes));
  for (const title of svg.querySelectorAll("title")) title.remove();  // the card says it better
  for (const path of svg.querySelectorAll(".edge path")) {
    const grip = path.cloneNode();
    grip.setAttribute("class", "grip");
    path.after(grip);
  }
  fit();
  showNamed();
})();
