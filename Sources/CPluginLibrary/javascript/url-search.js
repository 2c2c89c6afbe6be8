// URLSearchParams as Node has it.
(function (native, host, library) {
"use strict";

const { nodeError, invalidType } = library("errors");
const { percentDecoded, bytesOf } = library("url-host");

function decodeForm(part) { return percentDecoded(part.replace(/\+/g, " ")); }

function encodeForm(part) {
  if (/^[A-Za-z0-9*\-._]*$/.test(part)) return part;
  let result = "";
  for (const byte of bytesOf(part)) {
    const character = String.fromCharCode(byte);
    if (byte === 32) result += "+";
    else result += /[A-Za-z0-9*\-._]/.test(character) ? character : "%" + byte.toString(16).toUpperCase().padStart(2, "0");
  }
  return result;
}

function parsePairs(query) {
  const pairs = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    pairs.push(equals < 0 ? [decodeForm(part), ""] : [decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1))]);
  }
  return pairs;
}

function wellFormed(value) { return `${value}`.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"); }

function pairsOf(init) {
  if (init === undefined || init === null) return [];
  if (typeof init !== "object" && typeof init !== "function") return parsePairs(wellFormed(init).replace(/^\?/, ""));
  const method = init[Symbol.iterator];
  if (method === undefined || method === null) {
    return Reflect.ownKeys(init)
      .filter((key) => typeof key === "string" && Object.prototype.propertyIsEnumerable.call(init, key))
      .map((key) => [wellFormed(key), wellFormed(init[key])]);
  }
  if (typeof method !== "function") throw nodeError(TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable");
  const pairs = [];
  for (const pair of init) {
    if ((typeof pair !== "object" && typeof pair !== "function") || pair === null || typeof pair[Symbol.iterator] !== "function") {
      throw nodeError(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
    }
    const items = [...pair];
    if (items.length !== 2) throw nodeError(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
    pairs.push(items.map(wellFormed));
  }
  return pairs;
}

function need(count, args, names) {
  if (args.length >= count) return;
  const all = names.length > 1 ? `The ${names.map((name) => `"${name}"`).join(" and ")} arguments` : `The "${names[0]}" argument`;
  throw nodeError(TypeError, "ERR_MISSING_ARGS", `${all} must be specified`);
}

class URLSearchParams {
  #pairs;
  #changed = null;

  constructor(init = undefined) { this.#pairs = pairsOf(init); }

  // The parameters of a URL: `changed` gets the query's text after every change.
  static connected(query, changed) {
    const made = new URLSearchParams();
    made.#pairs = parsePairs(query);
    made.#changed = changed;
    return made;
  }

  static reset(parameters, query) { parameters.#pairs = parsePairs(query); }

  #update() { if (this.#changed) this.#changed(this.toString()); }

  append(name, value) {
    need(2, arguments, ["name", "value"]);
    this.#pairs.push([wellFormed(name), wellFormed(value)]);
    this.#update();
  }

  delete(name) {
    need(1, arguments, ["name"]);
    name = wellFormed(name);
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== name);
    this.#update();
  }

  get(name) {
    need(1, arguments, ["name"]);
    name = wellFormed(name);
    const found = this.#pairs.find((pair) => pair[0] === name);
    return found ? found[1] : null;
  }

  getAll(name) {
    need(1, arguments, ["name"]);
    name = wellFormed(name);
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }

  has(name) {
    need(1, arguments, ["name"]);
    name = wellFormed(name);
    return this.#pairs.some((pair) => pair[0] === name);
  }

  set(name, value) {
    need(2, arguments, ["name", "value"]);
    name = wellFormed(name);
    value = wellFormed(value);
    const at = this.#pairs.findIndex((pair) => pair[0] === name);
    if (at < 0) this.#pairs.push([name, value]);
    else {
      this.#pairs[at][1] = value;
      this.#pairs = this.#pairs.filter((pair, i) => i <= at || pair[0] !== name);
    }
    this.#update();
  }

  sort() {
    this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    this.#update();
  }

  forEach(callback, thisArg = undefined) {
    if (typeof callback !== "function") throw invalidType("callback", ["function"], callback);
    for (let i = 0; i < this.#pairs.length; i++) callback.call(thisArg, this.#pairs[i][1], this.#pairs[i][0], this);
  }

  // A list that changes while it is walked is walked as it is then.
  *entries() { for (let i = 0; i < this.#pairs.length; i++) yield [...this.#pairs[i]]; }
  *keys() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][0]; }
  *values() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][1]; }

  get size() { return this.#pairs.length; }

  toString() { return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&"); }
}

const { connected, reset } = URLSearchParams;
delete URLSearchParams.connected;
delete URLSearchParams.reset;
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: URLSearchParams.prototype.entries, writable: true, configurable: true });
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: "URLSearchParams", configurable: true });
// Node 18.16 was the first to have it.
if ((host.nodeVersion || 18) < 18) delete URLSearchParams.prototype.size;
for (const key of ["append", "delete", "get", "getAll", "has", "set", "sort", "entries", "forEach", "keys", "values", "toString"]) {
  Object.defineProperty(URLSearchParams.prototype, key, { enumerable: true });
}

return { URLSearchParams, connected, reset };
})
