/* Loaded by the app's pages in development: the page reloads when newer code is live, or a file that it came from has
 * changed. A stylesheet is exchanged without that. Why newer code does not load is shown over the page. */
(() => {
  "use strict";

  const script = document.currentScript;
  const address = script.src.split("?")[0];
  const isErrorPage = script.src.endsWith("=error");
  const page = `${script.dataset.after} ${script.dataset.since}`;
  const KEPT = "wsgi-hotreload";
  const RETRY_MS = 1000;
  // What browsers load by an address of its own. Everything else is made into pages.
  const ASSET = /\.(css|m?js|json|wasm|png|jpe?g|gif|svg|webp|avif|ico|woff2?|[ot]tf|mp[34]|web[mp])$/i;
  // As many as a browser remembers: https://www.w3.org/TR/resource-timing/
  const MOST_ENTRIES = 250;
  // A file that changes whenever the page is made is written by that.
  const MOST_RELOADS_AT_ONCE = 3;
  const AT_ONCE_MS = 1000;
  const startedAt = performance.now();

  let generation = Number(script.dataset.after);
  let since = Number(script.dataset.since);
  let request = null;
  let overlay = null;
  // The server did not respond: whatever it serves then, it has started anew.
  let wasGone = false;
  let reloadsAtOnce = 0;

  async function follow() {
    // A hidden page must not take one of the few connections that a browser opens to a server.
    while (!document.hidden && !request) {
      const waiting = (request = new AbortController());
      try {
        const query = `?after=${wasGone ? -1 : generation}&since=${since}`;
        const response = await fetch(address + query, { signal: waiting.signal, cache: "no-store" });
        if (await isOver(response)) return;
      } catch {
        if (!waiting.signal.aborted) {
          wasGone = true;
          await new Promise(resolve => setTimeout(resolve, RETRY_MS));
        }
      }
      if (request === waiting) request = null;
    }
  }

  /* React, and return whether there is nothing more to follow. */
  async function isOver(response) {
    if (response.status >= 500) throw new Error(response.statusText); // of a proxy, without a server behind it
    // Something else listens here now, or the next worker of an app where there is no status.
    if (response.headers.get("Content-Type") !== "application/json") return isErrorPage ? reload() : true;
    const status = await response.json();
    if (status.state !== "loading" && (status.generation !== generation || wasGone)) {
      generation = status.generation;
      wasGone = false;
      if (status.state === "live" || isErrorPage) return reload();
      showError(status.error);
    }
    const changed = Object.entries(status.page_files).filter(([, at]) => at > since);
    since = Math.max(since, ...changed.map(([, at]) => at));
    if (overlay || changed.every(([file]) => isFollowed(file))) return false;
    if (isAtOnce() && reloadsAtOnce >= MOST_RELOADS_AT_ONCE) {
      console.warn("wsgi-hotreload: the page does not follow these files, which change each time:", changed);
      return false;
    }
    return reload();
  }

  function isAtOnce() {
    return performance.now() - startedAt < AT_ONCE_MS;
  }

  /* Whether the page shows a file as it is now. */
  function isFollowed(file) {
    if (!ASSET.test(file) || file.split("/").includes("templates")) return false;
    const isIt = url => new URL(url, location).pathname.endsWith(`/${encodeURI(file.split("/").pop())}`);
    const links = [...document.querySelectorAll("link[rel~=stylesheet][href]")].filter(link => isIt(link.href));
    links.forEach(exchange);
    // What still loads has no entry yet, and may be older than the change.
    const used = document.readyState === "complete" ? performance.getEntriesByType("resource") : null;
    return links.length > 0 || (used?.length < MOST_ENTRIES && !used.some(entry => isIt(entry.name)));
  }

  /* The old stylesheet stays until the new one is there. */
  function exchange(link) {
    const newer = link.cloneNode();
    const url = new URL(link.href);
    url.searchParams.set(KEPT, since);
    newer.href = url;
    newer.removeAttribute("integrity");
    newer.addEventListener("load", () => link.remove());
    newer.addEventListener("error", () => newer.remove());
    link.after(newer);
  }

  function reload() {
    const fields = edited().map(([name, position, field]) => [name, position, valueOf(field)]);
    keep({ url: location.href, page, fields, reloadsAtOnce: isAtOnce() ? reloadsAtOnce + 1 : 0 });
    location.reload();
    return true;
  }

  /* What a person has filled in, but for passwords and files: as [name, position among those of the name, field]. */
  function edited() {
    return fields().filter(([, , field]) =>
      field.options
        ? [...field.options].some(option => option.selected !== option.defaultSelected)
        : field.checked !== field.defaultChecked || field.value !== field.defaultValue
    );
  }

  function fields() {
    const positions = {};
    return [...document.querySelectorAll("input, select, textarea")]
      .filter(field => !["password", "file", "hidden", "submit", "button", "image", "reset"].includes(field.type))
      .map(field => [field.name || field.id, field])
      .map(([name, field]) => [name, (positions[name] = (positions[name] ?? -1) + 1), field]);
  }

  function valueOf(field) {
    return field.options ? [...field.options].map(option => option.selected) : [field.value, field.checked];
  }

  function restore(before) {
    const now = new Map(fields().map(([name, position, field]) => [`${position} ${name}`, field]));
    for (const [name, position, value] of before) {
      const field = now.get(`${position} ${name}`);
      if (field?.options) [...field.options].forEach((option, index) => (option.selected = Boolean(value[index])));
      else if (["checkbox", "radio"].includes(field?.type)) field.checked = value[1];
      else if (field) field.value = value[0];
    }
  }

  function showError(text) {
    overlay ??= document.body.appendChild(document.createElement("wsgi-hotreload-error"));
    overlay.setAttribute("role", "alert");
    overlay.style.cssText =
      "all: initial; position: fixed; inset: 0; z-index: 2147483647; overflow: auto; padding: 2rem; " +
      "background: Canvas; color: CanvasText; color-scheme: light dark; font: 1rem/1.5 ui-monospace, monospace; " +
      "white-space: pre-wrap; overflow-wrap: anywhere";
    overlay.textContent = text;
  }

  /* A page may be without storage: then nothing is kept. */
  function keep(what) {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(what));
    } catch {}
  }

  function takeKept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
      return kept;
    } catch {
      return null;
    }
  }

  // A page in a frame follows the one around it, which is JupyterLab's preview, for example.
  if (window !== window.top) return;
  const kept = takeKept();
  if (kept?.url === location.href) {
    restore(kept.fields);
    reloadsAtOnce = kept.reloadsAtOnce;
    if (kept.page === page) {
      console.warn("wsgi-hotreload: the page comes from a cache, of a service worker for example, and does not follow.");
      return;
    }
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : follow()));
  addEventListener("pagehide", pause);
  addEventListener("pageshow", follow);
  follow();

  function pause() {
    request?.abort();
    request = null;
  }
})();
