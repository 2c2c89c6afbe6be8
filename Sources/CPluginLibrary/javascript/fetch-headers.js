// node-fetch's Headers.
(function (native, host, library) {
"use strict";

function checkedName(name) {
  name = `${name}`;
  if (/[^\^_`a-zA-Z\-0-9!#$%&'*+.|~]/.test(name) || name === "") throw new TypeError(`${name} is not a legal HTTP header name`);
  return name;
}

function checkedValue(value) {
  value = `${value}`;
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new TypeError(`${value} is not a legal HTTP header value`);
  return value;
}

function keyOf(map, name) {
  const lower = name.toLowerCase();
  for (const key of Object.keys(map)) if (key.toLowerCase() === lower) return key;
  return undefined;
}

const iterators = Object.create(Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
Object.defineProperty(iterators, Symbol.toStringTag, { value: "HeadersIterator", configurable: true });

class Headers {
  #map = Object.create(null);

  constructor(init = undefined) {
    if (init instanceof Headers) {
      const raw = init.raw();
      for (const name of Object.keys(raw)) for (const value of raw[name]) this.append(name, value);
      return;
    }
    if (init === undefined || init === null) return;
    if (typeof init !== "object") throw new TypeError("Provided initializer must be an object");
    const method = init[Symbol.iterator];
    if (method === undefined || method === null) {
      for (const key of Object.keys(init)) this.append(key, init[key]);
      return;
    }
    if (typeof method !== "function") throw new TypeError("Header pairs must be iterable");
    const pairs = [];
    for (const pair of init) {
      if (typeof pair !== "object" || typeof pair[Symbol.iterator] !== "function") throw new TypeError("Each header pair must be iterable");
      pairs.push(Array.from(pair));
    }
    for (const pair of pairs) {
      if (pair.length !== 2) throw new TypeError("Each header pair must be a name/value tuple");
      this.append(pair[0], pair[1]);
    }
  }

  get(name) {
    const key = keyOf(this.#map, checkedName(name));
    return key === undefined ? null : this.#map[key].join(", ");
  }

  forEach(callback, thisArg = undefined) {
    for (const [name, value] of this.#list()) callback.call(thisArg, value, name, this);
  }

  set(name, value) {
    name = checkedName(name);
    value = checkedValue(value);
    this.#map[keyOf(this.#map, name) ?? name] = [value];
  }

  append(name, value) {
    name = checkedName(name);
    value = checkedValue(value);
    const key = keyOf(this.#map, name);
    if (key === undefined) this.#map[name] = [value];
    else this.#map[key].push(value);
  }

  has(name) { return keyOf(this.#map, checkedName(name)) !== undefined; }

  delete(name) {
    const key = keyOf(this.#map, checkedName(name));
    if (key !== undefined) delete this.#map[key];
  }

  raw() { return this.#map; }

  #list() { return Object.keys(this.#map).sort().map((key) => [key.toLowerCase(), this.#map[key].join(", ")]); }

  #walk(pick) {
    let at = 0;
    const iterator = Object.create(iterators);
    Object.defineProperty(iterator, "next", { value: () => {
      const list = this.#list();
      return at < list.length ? { value: pick(list[at++]), done: false } : { value: undefined, done: true };
    } });
    return iterator;
  }

  keys() { return this.#walk((pair) => pair[0]); }
  values() { return this.#walk((pair) => pair[1]); }
  entries() { return this.#walk((pair) => pair); }
}

Object.defineProperty(Headers.prototype, Symbol.iterator, { value: Headers.prototype.entries, writable: true, configurable: true });
Object.defineProperty(Headers.prototype, Symbol.toStringTag, { value: "Headers", configurable: true });
for (const key of ["get", "forEach", "set", "append", "has", "delete", "keys", "values", "entries"]) {
  Object.defineProperty(Headers.prototype, key, { enumerable: true });
}

return { Headers };
})
