// What the server hands to a plugin beside its stores: console, jobs, metrics, posthog, geoip.
(function (native, host, library) {
"use strict";

const clock = library("clock");
const { IllegalOperationError } = library("host-errors");
const { encode } = library("values");
const { parse, stringify } = JSON;
const { settings } = native;
const { wellFormed } = library("primordials");

function words(given) {
  return given.map((each) => {
    const text = String(each);
    return Array.isArray(each) || text === "[object Object]" ? stringify(each) : text;
  }).join(" ");
}

function console() {
  const entry = (type) => async (...given) => { native.log(type, words(given)); };
  const methods = {};
  for (const type of ["debug", "log", "info", "warn", "error"]) methods[type] = entry(type.toUpperCase());
  return methods;
}

// Months are thirty weeks, as on the servers.
const unitMilliseconds = {
  milliseconds: 1, seconds: 1000, minutes: 60000, hours: 3600000, days: 86400000, weeks: 604800000, months: 18144000000,
  quarters: 7862400000, years: 31536000000,
};

function milliseconds(count, unit) {
  const name = `${unit}${String(unit).endsWith("s") ? "" : "s"}`;
  if (!Object.hasOwn(unitMilliseconds, name)) throw new Error(`Unknown time unit: ${name}`);
  return count * unitMilliseconds[name];
}

const queue = [];

function enqueue(given, payload, timestamp) {
  const type = wellFormed(String(given));
  // Halves of characters are written as escapes, which other readers refuse.
  const text = stringify(payload)?.replace(/\\ud[89a-f][\da-f]{2}/gi, "\\ufffd");
  queue.push({ type, payload: text === undefined ? undefined : text, timestamp, order: queue.length });
  native.job(stringify({ type, payload: text === undefined ? null : parse(text), run_at: new Date(timestamp).toISOString() }));
}

function job(type, payload) {
  return {
    runAt: async (date) => enqueue(type, payload, date.valueOf()),
    runIn: async (count, unit) => enqueue(type, payload, clock.now() + milliseconds(count, unit)),
    runNow: async () => enqueue(type, payload, clock.now()),
  };
}

const jobs = () => new Proxy({}, { get: (_, type) => (payload) => job(type, payload) });

// Removes and returns the job that is due first.
function nextJob() {
  let best = -1;
  for (let index = 0; index < queue.length; index++) {
    if (best < 0 || queue[index].timestamp < queue[best].timestamp) best = index;
  }
  return best < 0 ? null : queue.splice(best, 1)[0];
}

const totals = {};

function metrics(declared) {
  const checked = (value) => {
    if (typeof value !== "number") throw new IllegalOperationError("Only numbers are allowed for operations on metrics");
    return value;
  };
  const combine = (name, merge) => (value) => {
    checked(value);
    totals[name] = totals[name] ? merge(totals[name], value) : value;
  };
  return new Proxy({}, {
    get(_, name) {
      if (typeof name !== "string" || !Object.hasOwn(declared, name)) throw new IllegalOperationError("Invalid metric name");
      switch (declared[name]) {
        case "sum": return { increment: combine(name, (left, right) => left + right) };
        case "max": return { max: combine(name, Math.max) };
        default: return { min: combine(name, Math.min) };
      }
    },
  });
}

// Captured events leave the server as JSON: what that drops or rewrites is gone here too.
function record(event, properties, timestamp, distinctID) {
  const all = { $lib: "posthog-plugin-server", $lib_version: settings.libraryVersion, ...properties };
  const sent = { event, distinct_id: distinctID, timestamp, team_id: settings.teamID, properties: all, uuid: clock.uuid() };
  native.capture(encode(parse(stringify(sent))));
}

const isoNow = () => new Date(clock.now()).toISOString();
const ownName = () => settings.pluginName || `plugin-id-${settings.pluginID}`;

async function capture(event, properties = {}) {
  const { timestamp = isoNow(), distinct_id: distinctID = ownName(), ...others } = properties ?? {};
  record(event, { distinct_id: distinctID, ...others }, timestamp, distinctID);
}

// Of the oldest server: nothing is taken out of the properties.
function olderCapture(event, properties = {}) {
  record(event, { distinct_id: ownName(), ...properties }, isoNow(), ownName());
}

function query(path, host, parameters) {
  const { URL } = library("url");
  let relative = path.startsWith("/") ? path.slice(1) : path;
  if (settings.replacesCurrentProject) relative = relative.replace("@current", String(settings.teamID));
  const url = new URL(`${host.endsWith("/") ? host.slice(0, -1) : host}/${relative}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
  return url.href;
}

function keys(options) {
  const { projectApiKey, personalApiKey } = options;
  if (Boolean(projectApiKey) !== Boolean(personalApiKey)) {
    throw new Error("You must specify a personalApiKey if you specify a projectApiKey and vice-versa!");
  }
  return projectApiKey ? [projectApiKey, personalApiKey] : ["phsync-project-token", "phsync-personal-key"];
}

async function ask(method, path, options = {}) {
  const [token, key] = keys(options);
  const isGet = method === "GET";
  const parameters = { ...(isGet && options.data ? options.data : {}), token };
  const url = query(path, options.host ?? settings.siteURL, parameters);
  const typed = settings.jsonMethods.includes(method) ? { "Content-Type": "application/json" } : {};
  const headers = { Authorization: `Bearer ${key}`, ...typed, ...(options.headers ?? {}) };
  const body = isGet || method === "DELETE" ? {} : { body: stringify(options.data || {}) };
  return await host.fetch(url, { headers, method, ...body });
}

function posthog() {
  if (!settings.hasAPI) return { capture: olderCapture };
  const call = (method) => async (path, options) => await ask(method, path, options);
  const api = { get: call("GET"), post: call("POST"), put: call("PUT"), delete: call("DELETE") };
  if (settings.hasPatch) api.patch = call("PATCH");
  return { capture, api };
}

class AddressNotFoundError extends Error { name = "AddressNotFoundError"; }
class ValueError extends Error { name = "ValueError"; }

// `place` is null for an address that the database lacks, false for what is none: the older servers' service made null of both.
function located(place, ip) {
  if (place) return place;
  if (!settings.geoipRejectsWithText) return null;
  throw place === null ? new AddressNotFoundError(`The address ${ip} is not in the database`) : new ValueError(`${ip} is invalid`);
}

const geoip = {
  async locate(ip) {
    const answer = native.geoip(String(ip));
    if (answer !== undefined) return located(parse(answer), ip);
    if (settings.geoipRejectsWithText) throw "geoip database is not ready";
    throw new Error("IP location capabilities are not available in this PostHog instance!");
  },
};

return { console, jobs, metrics, posthog, geoip, enqueue, nextJob, totals, queued: () => queue.length };
})
