// What a plugin keeps outside its own memory: storage (a table), cache (Redis). Both outlive a context that is thrown away.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { IllegalOperationError } = library("host-errors");
const { parse, stringify } = JSON;
const { settings } = native;
const table = new Map();
const redis = new Map();

const parsed = (text, otherwise) => {
  try { return parse(text); } catch { return otherwise; }
};

const storage = {
  async get(key, defaultValue) {
    return table.has(key) ? parse(table.get(key)) : defaultValue;
  },
  async set(key, value) {
    if (typeof value === "undefined") return void table.delete(key);
    const text = stringify(value);
    if (String(key).length > 200) throw new Error("value too long for type character varying(200)");
    table.set(key, text === undefined ? "null" : text);
  },
  async del(key) { table.delete(key); },
};

const cursor = {
  async init(key, initialValue) {
    const value = initialValue || 0;
    if (typeof value !== "number") throw new Error("The cursor's initial value must be a number!");
    if (!table.has(key)) table.set(key, stringify(value));
  },
  async increment(key, incrementBy) {
    const step = incrementBy || 1;
    if (typeof step !== "number") throw new Error("The incrementBy value must be a number!");
    const value = table.has(key) ? Number(parse(table.get(key))) + step : step;
    table.set(key, stringify(value));
    return value;
  },
};

class ReplyError extends Error {
  get name() { return "ReplyError"; }
}

function live(key) {
  const entry = redis.get(key);
  if (entry && entry.expires !== null && entry.expires <= clock.now()) {
    redis.delete(key);
    return undefined;
  }
  return entry;
}

const wrongType = () => new ReplyError("WRONGTYPE Operation against a key holding the wrong kind of value");

function list(key) {
  const entry = live(key);
  if (entry && !Array.isArray(entry.value)) throw wrongType();
  return entry ? entry.value : null;
}

const text = (value) => typeof value === "string" ? value : String(value);
const dropEmpty = (key, values) => { if (values && values.length === 0) redis.delete(key); };

function jsonWanted(options) { return options?.jsonSerialize ?? true; }

const cache = {
  async set(key, value, ttlSeconds, options) {
    const stored = jsonWanted(options) ? stringify(value) : value;
    redis.set(text(key), { value: text(stored ?? ""), expires: ttlSeconds ? clock.now() + ttlSeconds * 1000 : null });
  },
  async get(key, defaultValue, options) {
    const entry = live(text(key));
    if (!entry) return settings.cacheHasDefaults ? defaultValue : null;
    if (Array.isArray(entry.value)) throw wrongType();
    if (entry.value === "") return null;
    return jsonWanted(options) ? parsed(entry.value, null) : entry.value;
  },
  async incr(key) {
    const entry = live(text(key));
    if (entry && Array.isArray(entry.value)) throw wrongType();
    if (entry && !/^-?\d+$/.test(entry.value)) throw new ReplyError("ERR value is not an integer or out of range");
    const value = entry ? Number(entry.value) + 1 : 1;
    redis.set(text(key), { value: String(value), expires: entry ? entry.expires : null });
    return value;
  },
  async expire(key, seconds) {
    const entry = live(text(key));
    if (!entry) return false;
    if (seconds <= 0) redis.delete(text(key));
    else entry.expires = clock.now() + seconds * 1000;
    return true;
  },
  async lpush(key, elements) {
    const isList = Array.isArray(elements);
    if (!isList && typeof elements !== "string") {
      throw new IllegalOperationError("cache.lpush expects a string value or an array of strings");
    }
    if (isList && elements.length > 1000) {
      throw new IllegalOperationError("Too many elements in array for cache.lpush. Maximum: 1000");
    }
    const values = list(text(key)) ?? [];
    for (const each of isList ? elements : [elements]) values.unshift(text(each));
    if (values.length > 0 && !redis.has(text(key))) redis.set(text(key), { value: values, expires: null });
    return values.length;
  },
  async lrange(key, start, end) {
    if (typeof start !== "number" || typeof end !== "number") {
      throw new IllegalOperationError("cache.lrange expects a number for the start and end indexes");
    }
    const values = list(text(key)) ?? [];
    const place = (index) => index < 0 ? Math.max(0, values.length + index) : index;
    return values.slice(place(start), end < 0 ? values.length + end + 1 : end + 1);
  },
  async llen(key) { return (list(text(key)) ?? []).length; },
  async lpop(key, count) {
    if (typeof count !== "number") throw new IllegalOperationError('cache.lpop expects a number for the "count" argument');
    const values = list(text(key));
    if (values === null) return null;
    const popped = values.splice(0, count);
    dropEmpty(text(key), values);
    return popped;
  },
  async lrem(key, count, element) {
    if (typeof count !== "number") throw new IllegalOperationError('cache.lrem expects a number for the "count" argument');
    const values = list(text(key)) ?? [];
    const wanted = text(element);
    let left = count === 0 ? values.length : Math.abs(count), removed = 0;
    for (let index = count < 0 ? values.length - 1 : 0; left > 0 && index >= 0 && index < values.length;) {
      if (values[index] === wanted) {
        values.splice(index, 1);
        left -= 1;
        removed += 1;
        if (count < 0) index -= 1;
      } else index += count < 0 ? -1 : 1;
    }
    dropEmpty(text(key), values);
    return removed;
  },
};

const saved = () => stringify({ table: [...table], redis: [...redis] });

function restore(state) {
  const { table: rows, redis: entries } = parse(state);
  for (const [key, value] of rows) table.set(key, value);
  for (const [key, value] of entries) redis.set(key, value);
}

function contents() {
  const cached = {}, stored = {};
  for (const key of redis.keys()) {
    const entry = live(key);
    if (entry) cached[key] = Array.isArray(entry.value) ? entry.value : parsed(entry.value, entry.value);
  }
  for (const [key, value] of table) stored[key] = parse(value);
  return { cache: cached, storage: stored };
}

return { storage, cache, cursor, saved, restore, contents };
})
