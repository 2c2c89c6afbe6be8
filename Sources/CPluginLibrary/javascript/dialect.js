// Errors as Node's engine words and pictures them: messages, stacks, Error.captureStackTrace, JSON's and RegExp's complaints.
(function (native, host, library) {
"use strict";

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const { apply, construct, get } = Reflect;
const NativeError = Error;
const captureNative = NativeError.captureStackTrace;
const { parse, stringify } = JSON;
const depth = 10;
NativeError.stackTraceLimit = 100;
let limit = depth;

function hidden(object, name, value) { defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true }); }

const objectMethods = new Set(["keys", "values", "entries", "assign", "create", "defineProperty", "fromEntries", "getPrototypeOf", "setPrototypeOf", "getOwnPropertyNames"]);
const numberMethods = new Set(["toFixed", "toPrecision", "toExponential"]);
const arrayMethods = new Set(["map", "forEach", "filter", "reduce", "reduceRight", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "sort", "from"]);
const stringMethods = new Set(["replace", "replaceAll", "split", "match", "matchAll", "search", "repeat", "normalize"]);
const jsonMethods = new Set(["parse", "stringify"]);

function nativeFrame(name) {
  if (name === "Promise") return "    at new Promise (<anonymous>)";
  const owner = objectMethods.has(name) ? "Function." : numberMethods.has(name) ? "Number." : arrayMethods.has(name) ? (name === "from" ? "Function." : "Array.") : stringMethods.has(name) ? "String." : jsonMethods.has(name) ? "JSON." : "";
  return name ? `    at ${owner}${name} (<anonymous>)` : "    at <anonymous>";
}

// One line of the engine's stack; null for what V8 doesn't show.
function frameOf(text, isName) {
  const at = text.lastIndexOf("@");
  let name = at < 0 ? "" : text.slice(0, at);
  const where = at < 0 ? text : text.slice(at + 1);
  if (where === "[native code]") return name === "" || name === "construct" || name === "apply" ? null : { text: nativeFrame(name) };
  if (where.startsWith("phsync:dialect")) {
    if (jsonMethods.has(name)) return { text: `    at JSON.${name} (<anonymous>)`, isOurs: true };
    return name === "made" ? { text: "    at new RegExp (<anonymous>)", isOurs: true } : { isOurs: true };
  }
  if (where.includes("phsync")) return { isOurs: true };
  const found = /^(.*?):(\d+):(\d+)$/.exec(where);
  if (!found) return null;
  const [, file, line, column] = found;
  if (name === "eval code") return { text: `    at eval (<anonymous>:${line}:${column})` };
  if (file !== "vm.js") return null;
  const isAsync = name.startsWith("async ");
  if (isAsync) name = name.slice(6);
  if (name === "global code" || name === "module code") name = "";
  const place = { line: Number(line), column: Number(column) };
  const shown = library("dialect-place").column(place, isName);
  const startsAsync = asyncStart.test(library("dialect-place").around(place)?.before.slice(-300) ?? "");
  return { name, isAsync, isNew: shown.isNew, startsAsync, position: served(place.line, shown.column) };
}

// Where an async function's parameters begin: the engine lists the call that started it beside its body, V8 only the body.
const asyncStart = /\basync\b(?:(?!=>)[^;{}])*$/;

function served(line, column) {
  const [row, place] = host.mapPosition?.(line, column) ?? [line, column];
  return `vm.js:${row}:${place}`;
}

// Without frames of the engine's own that only the runtime has called.
function withoutRest(list, from) {
  return list.slice(from).every((entry) => entry.text !== undefined) ? list.slice(0, from) : list;
}

// `isName` for errors about a variable; `better` is the first frame's true place, where the engine's is another; `made` names a class whose constructors V8 leaves out, as they only make the error.
function frames(stack, isName, made, better = null) {
  let list = [];
  let afterOurs = -1;
  for (const line of String(stack).split("\n")) {
    if (line === "" || list.length > limit + 20) continue;
    const found = frameOf(line, isName && list.length === 0);
    if (found?.isOurs && list.every((entry) => entry.text !== undefined && !entry.isOurs)) list = [];
    if (found?.isOurs) {
      if (afterOurs >= 0) list = withoutRest(list, afterOurs);
      afterOurs = list.length;
    }
    const body = list[list.length - 1];
    if (found?.startsAsync && body?.position !== undefined && (body.name === found.name || body.name === "")) {
      body.name = found.name;
      continue;
    }
    if (found && (found.text !== undefined || found.position !== undefined)) list.push(found);
  }
  if (afterOurs >= 0) list = withoutRest(list, afterOurs);
  if (better && list[0]?.position !== undefined) list[0].position = served(better.line, better.column);
  const maker = made ? list.findIndex((entry) => entry.name === made) : -1;
  if (maker >= 0) list = list.slice(maker + 1);
  return list.slice(0, limit).map((entry, i) => {
    if (entry.text !== undefined) return entry.text;
    const prefix = `    at ${entry.isAsync ? "async " : ""}`;
    if (entry.name === "") return `${prefix}${entry.position}`;
    return `${prefix}${list[i + 1]?.isNew ? "new " : ""}${entry.name} (${entry.position})`;
  });
}

// As Error.prototype.toString, without trusting what a plugin may have made of it.
function heading(error) {
  let name, message;
  try { name = error.name; message = error.message; } catch { return "Error"; }
  name = name === undefined ? "Error" : String(name);
  message = message === undefined ? "" : String(message);
  return name === "" ? message : message === "" ? name : `${name}: ${message}`;
}

function dressed(error, stack, made, isName = false, better = null) {
  const list = limit > 0 ? frames(stack, isName, made, better) : [];
  hidden(error, "stack", [heading(error), ...list].join("\n"));
  for (const name of ["line", "column", "sourceURL"]) delete error[name];
}

// The place of an error inside the plugin, in the engine's numbers.
function placeOf(error) {
  let entered = null;
  for (const line of String(error.stack).split("\n")) {
    // A class that was called as a function: the frame has its name, but no place.
    if (/^[A-Za-z_$][\w$]*@$/.test(line)) { entered = line.slice(0, -1); continue; }
    const found = /@?vm\.js:(\d+):(\d+)$/.exec(line);
    if (found) return { line: Number(found[1]), column: Number(found[2]), entered };
    if (!line.includes("phsync") && !line.includes("[native code]")) break;
  }
  const { line, column, sourceURL } = error;
  return sourceURL === "vm.js" && typeof line === "number" ? { line, column: column ?? 1 } : null;
}

function isRaw(value) {
  return typeof value === "object" && value !== null && value instanceof NativeError && hasOwn(value, "stack")
    && (hasOwn(value, "sourceURL") || hasOwn(value, "line")) && typeof getOwnPropertyDescriptor(value, "line")?.value !== "string";
}

// What was caught, with an engine's own error put into V8's words; anything else as it is.
function translate(value) {
  try {
    if (!isRaw(value)) return value;
    const stack = value.stack, place = placeOf(value);
    let better = null;
    if (typeof value.message === "string") {
      const found = library("dialect-messages").translated(value.message, place);
      if (found) hidden(value, "message", found.message);
      better = found?.place ?? null;
    }
    const isName = value instanceof ReferenceError;
    const syntax = value instanceof SyntaxError && value.sourceURL === "vm.js" && !/@vm\.js:/.test(stack) ? `vm.js:${value.line}\n` : "";
    dressed(value, stack, null, isName, better);
    if (syntax) hidden(value, "stack", syntax + value.stack);
  } catch {
    // At the end of the stack there is no room for this; whoever catches the error further up translates it.
  }
  return value;
}

const wrapped = new Map();

// The class's own behaviour, but what it makes has V8's stack.
function wrappedClass(Native) {
  const handler = {
    construct(target, given, newTarget) {
      const error = construct(target, given, newTarget === proxy ? target : newTarget);
      // A class's frame is named like it; the function that called `new Error` isn't.
      dressed(error, error.stack, newTarget === proxy ? null : newTarget.name);
      return error;
    },
    apply(target, self, given) {
      const error = construct(target, given);
      dressed(error, error.stack, null);
      return error;
    },
    get(target, name, receiver) {
      if (target === NativeError && name === "stackTraceLimit") return limit;
      return get(target, name, receiver === proxy ? target : receiver);
    },
    set(target, name, value, receiver) {
      if (target === NativeError && name === "stackTraceLimit") { limit = typeof value === "number" ? value : 0; return true; }
      return Reflect.set(target, name, value, receiver === proxy ? target : receiver);
    },
  };
  const proxy = new Proxy(Native, handler);
  wrapped.set(Native, proxy);
  hidden(Native.prototype, "constructor", proxy);
  return proxy;
}

function captureStackTrace(target, above) {
  if ((typeof target !== "object" && typeof target !== "function") || target === null) throw new TypeError(`Invalid argument`);
  const holder = {};
  apply(captureNative, NativeError, typeof above === "function" ? [holder, above] : [holder]);
  const list = limit > 0 ? frames(holder.stack, false, null) : [];
  hidden(target, "stack", [heading(target), ...list].join("\n"));
}

function installErrors() {
  for (const name of ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]) {
    const Native = globalThis[name];
    if (typeof Native === "function") hidden(globalThis, name, wrappedClass(Native));
  }
  for (const [Native, proxy] of wrapped) if (Native !== NativeError) Object.setPrototypeOf(Native, wrapped.get(NativeError));
  hidden(NativeError, "captureStackTrace", captureStackTrace);
}

function rethrow(error, message) {
  if (message !== null && message !== undefined) {
    const better = new globalThis[error.name](message);
    throw better;
  }
  throw translate(error);
}

function installJSON() {
  const words = () => library("dialect-json");
  hidden(JSON, "parse", { parse(text, reviver) {
    try { return parse(text, reviver); } catch (error) {
      if (!(error instanceof SyntaxError) || !isRaw(error)) throw translate(error);
      rethrow(error, words().parseMessage(`${text}`));
    }
  } }.parse);
  hidden(JSON, "stringify", { stringify(value, replacer, space) {
    try { return stringify(value, replacer, space); } catch (error) {
      if (!isRaw(error) || error.message !== "JSON.stringify cannot serialize cyclic structures.") throw translate(error);
      rethrow(error, words().circularMessage(value));
    }
  } }.stringify);
}

const patternReasons = [
  [/missing terminating \] for character class/, "Unterminated character class"], [/missing \)/, "Unterminated group"], [/nothing to repeat/, "Nothing to repeat"],
  [/unmatched parentheses|unmatched \)/, "Unmatched ')'"], [/range out of order in character class/, "Range out of order in character class"],
  [/duplicate group specifier name/, "Duplicate capture group name"], [/invalid \\k<> named backreference/, "Invalid named capture referenced"],
  [/\\ at end of pattern/, "\\ at end of pattern"], [/numbers out of order in \{\} quantifier/, "numbers out of order in {} quantifier"],
  [/invalid group specifier name/, "Invalid capture group name"], [/unrecognized character after \(\?/, "Invalid group"], [/invalid (escaped|escape)/, "Invalid escape"],
  [/invalid unicode \{\} escape|invalid Unicode/i, "Invalid Unicode escape"], [/invalid property expression/, "Invalid property name"], [/incomplete quantifier|invalid quantifier/i, "Incomplete quantifier"],
  [/lookbehind/i, "Invalid group"], [/too large/i, "Regular expression too large"],
];

// What V8 says of a pattern; `flags` only where this Node shows them.
function patternMessage(message, source, flags) {
  const found = patternReasons.find(([pattern]) => pattern.test(message));
  const shownFlags = (host.nodeVersion || 18) >= 20 ? flags : "";
  return found ? `Invalid regular expression: /${source}/${shownFlags}: ${found[1]}` : null;
}

function installPatterns() {
  const NativeRegExp = RegExp;
  const made = (target, given, newTarget) => {
    try { return construct(target, given, newTarget); } catch (error) {
      if (!(error instanceof SyntaxError) || !isRaw(error)) throw translate(error);
      const flags = given[1] === undefined ? "" : `${given[1]}`;
      if (/Invalid flags/.test(error.message)) rethrow(error, `Invalid flags supplied to RegExp constructor '${flags}'`);
      const source = given[0] instanceof NativeRegExp ? given[0].source : `${given[0]}`;
      rethrow(error, patternMessage(error.message, source, flags));
    }
  };
  const proxy = new Proxy(NativeRegExp, {
    construct: (target, given, newTarget) => made(target, given, newTarget === proxy ? target : newTarget),
    apply(target, self, given) {
      if (given[1] === undefined && given[0] instanceof NativeRegExp) return apply(target, self, given);
      return made(target, given, target);
    },
    get: (target, name, receiver) => get(target, name, receiver === proxy ? target : receiver),
    set: (target, name, value, receiver) => Reflect.set(target, name, value, receiver === proxy ? target : receiver),
  });
  hidden(NativeRegExp.prototype, "constructor", proxy);
  hidden(globalThis, "RegExp", proxy);
}

// Reasons of rejections reach handlers without a catch clause.
function installPromises() {
  const { then } = Promise.prototype;
  hidden(Promise.prototype, "then", { then(onFulfilled, onRejected) {
    const handler = typeof onRejected === "function" ? (reason) => onRejected(translate(reason)) : onRejected;
    return apply(then, this, [onFulfilled, handler]);
  } }.then);
}

installErrors();
installJSON();
installPatterns();
installPromises();

return { translate, patternMessage };
})
