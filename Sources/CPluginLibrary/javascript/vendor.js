// SDKs of services: they load, whatever is called on them is recorded, and answers are empty or as configured.
(function (native, host, library) {
"use strict";

const paths = new WeakMap();

// Where the last step of a path is answered in a way that code relies on; everything else answers a stand-in.
const defaults = {
  "aws-sdk": {},
  "pg": { query: () => ({ rows: [], rowCount: 0, fields: [], command: "" }), connect: () => undefined, end: () => undefined },
  "@google-cloud/bigquery": {
    exists: () => [true], insert: () => [{}], query: () => [[]], getMetadata: () => [{ schema: { fields: [] } }, {}], getRows: () => [[]],
    getTables: () => [[]], getDatasets: () => [[]], setMetadata: () => [{}, {}],
  },
  "@google-cloud/storage": {
    exists: () => [true], save: () => undefined, upload: () => [{}, {}], delete: () => [{}], getFiles: () => [[]], getMetadata: () => [{}, {}],
    download: () => [library("buffer").Buffer.alloc(0)],
  },
  "@google-cloud/pubsub": { exists: () => [true], publish: () => "1", publishMessage: () => "1", publishJSON: () => "1" },
  "snowflake-sdk": {},
  "ethers": {},
};
// Calls whose results are objects to go on with, not answers to wait for.
const itself = { "@google-cloud/bigquery": ["get", "create", "createTable", "createDataset"], "@google-cloud/storage": ["get", "create"], "@google-cloud/pubsub": ["get", "create"] };

function plain(value, depth = 0) {
  if (typeof value === "function") return paths.has(value) ? { $: "stub", v: paths.get(value) } : { $: "function" };
  if (typeof value === "bigint") return { $: "BigInt", v: String(value) };
  if (typeof value === "symbol") return { $: "symbol", v: String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (library("buffer").Buffer.isBuffer(value)) return { $: "Buffer", v: value.toString("base64") };
  if (ArrayBuffer.isView(value)) return { $: "bytes", v: library("buffer").Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? { $: "Date", v: null } : { $: "Date", v: value.toISOString() };
  if (depth > 20) return { $: "deep" };
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  const result = {};
  for (const key of Object.keys(value)) result[key] = plain(value[key], depth + 1);
  return result;
}

function textsIn(value, found = []) {
  if (typeof value === "string") found.push(value);
  else if (typeof value === "object" && value !== null) for (const key of Object.keys(value)) textsIn(value[key], found);
  return found;
}

const isObject = (value) => typeof value === "object" && value !== null;
const given = new WeakMap();

// The answer that the run was given for a call, or nothing. It may depend on what the call was given ("$cases": the first whose text
// "when" is in an argument, and one without it always), or be another each time ("$sequence"; the last one stays).
function find({ module, path, args }) {
  const answers = host.answers?.[module];
  if (!answers || !Object.hasOwn(answers, path)) return null;
  let value = answers[path];
  if (isObject(value) && Array.isArray(value.$cases)) {
    const texts = textsIn(args);
    const found = value.$cases.find((each) => each.when === undefined || texts.some((text) => text.includes(each.when)));
    if (!found) return null;
    value = found.answer;
  }
  if (isObject(value) && Array.isArray(value.$sequence)) {
    const count = given.get(value) ?? 0;
    given.set(value, count + 1);
    value = value.$sequence[Math.min(count, value.$sequence.length - 1)];
  }
  return { value };
}

// A call is answered once, however often its result is waited for.
function configured(call) {
  if (call.found === undefined) call.found = find(call);
  return call.found;
}

// What a call gives in the end; configured errors are thrown.
function answer(call, stub) {
  const { module, path } = call;
  const found = configured(call);
  if (found) {
    const { value } = found;
    if (isObject(value) && Object.hasOwn(value, "$error")) {
      const { message, ...members } = typeof value.$error === "string" ? { message: value.$error } : value.$error;
      throw Object.assign(new Error(message), members);
    }
    return isObject(value) ? structured(value) : value;
  }
  const last = path.slice(path.lastIndexOf(".") + 1);
  if (itself[module]?.includes(last)) return [stub, {}];
  return Object.hasOwn(defaults[module], last) ? defaults[module][last]() : stub;
}

// A copy for each call: plugin code may change what it is given.
function structured(value) { return JSON.parse(JSON.stringify(value)); }

function callbacksIn(args) {
  const last = args[args.length - 1];
  if (typeof last === "function" && !paths.has(last)) return { called: last };
  // snowflake-sdk hands results to a function among the options.
  const complete = args[0] && typeof args[0] === "object" && args[0].complete;
  return typeof complete === "function" ? { completed: complete } : {};
}

function respond(call, given, stub) {
  const { called, completed } = callbacksIn(given);
  if (!called && !completed) return;
  Promise.resolve().then(() => {
    let result;
    try { result = answer(call, stub); } catch (error) {
      return called ? called(error) : completed(error, stub, undefined);
    }
    if (called) called(null, result);
    else completed(null, stub, configured(call) ? result : []);
  });
}

const streams = new Set(["createWriteStream", "createReadStream"]);
// What goes through an answer as through a list: no service's call, and there is nothing to go through.
const walks = new Set(["forEach", "map", "filter", "flatMap", "find", "findIndex", "some", "every", "reduce", "sort"]);

function walk(name, args) { return name === "reduce" ? args[1] : [][name](...args); }

// A stub with a call is its result: waiting for it gives the answer.
function make(module, path = "", awaited = null) {
  const members = new Map();
  const target = function () {};
  const stub = new Proxy(target, {
    get(_, key) {
      if (members.has(key)) return members.get(key);
      if (key === "prototype") return target.prototype;
      if (typeof key === "symbol") return symbol(module, path, stub, key);
      if (key === "then" || key === "catch" || key === "finally") {
        if (!awaited) return undefined;
        const promise = () => new Promise((resolve) => { resolve(answer(awaited, make(module, path))); });
        return (...handlers) => promise()[key](...handlers);
      }
      if (key === "promise" && awaited) return () => new Promise((resolve) => { resolve(answer(awaited, make(module, path))); });
      if (key === "toJSON") return () => ({});
      if (key === "toString" || key === "valueOf") return () => `[stub ${module}${path ? `: ${path}` : ""}]`;
      if (key === "name" || key === "length" || key === "constructor" || key === "call" || key === "apply" || key === "bind") return Reflect.get(target, key);
      if (awaited && (key === "on" || key === "once")) return () => stub;
      if (path === "" && key === "default") return stub;
      const child = make(module, path === "" ? key : `${path}.${key}`);
      members.set(key, child);
      return child;
    },
    set(_, key, value) { members.set(key, value); return true; },
    has(_, key) { return members.has(key) || Reflect.has(target, key); },
    deleteProperty(_, key) { members.delete(key); return true; },
    apply(_, self, args) {
      const last = path.slice(path.lastIndexOf(".") + 1);
      if (walks.has(last) && path !== last && typeof args[0] === "function" && !paths.has(args[0])) return walk(last, args);
      const call = { module, path, args: plain(args), found: undefined };
      host.recordCall(module, path, call.args);
      if (streams.has(last)) return sink(module, path);
      const result = make(module, path, call);
      respond(call, args, make(module, path));
      return result;
    },
    construct(_, args) {
      host.recordCall(module, `new ${path}`, plain(args));
      return make(module, path);
    },
  });
  paths.set(stub, `${module}:${path}`);
  return stub;
}

function symbol(module, path, stub, key) {
  if (key === Symbol.toPrimitive) return () => `[stub ${module}${path ? `: ${path}` : ""}]`;
  if (key === Symbol.iterator) return function* () { yield make(module, path); };
  if (key === Symbol.asyncIterator) return async function* () {};
  return undefined;
}

// Takes what is written and says how much it was.
function sink(module, path) {
  const { PassThrough } = library("stream");
  const stream = new PassThrough();
  let size = 0;
  stream.on("data", (chunk) => { size += chunk.length; });
  stream.on("end", () => host.recordCall(module, `${path}.end`, [size]));
  return stream;
}

return { make: (module) => make(module) };
})
