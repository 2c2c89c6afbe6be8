// Errors as Node's engine words and pictures them: messages, stacks, Error.captureStackTrace, JSON's and RegExp's complaints.
(function (native, host, library) {
"use strict";

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const { apply, construct, get } = Reflect;
const NativeError = Error;
const captureNative = NativeError.captureStackTrace;
const { parse, stringify } = JSON;
const NativePromise = Promise;
const depth = 10;
NativeError.stackTraceLimit = 100;
let limit = depth;

function hidden(object, name, value) { defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true }); }

// As Error.prototype.toString, without trusting what a plugin may have made of it.
function heading(error) {
  let name, message;
  try { name = error.name; message = error.message; } catch { return "Error"; }
  name = name === undefined ? "Error" : String(name);
  message = message === undefined ? "" : String(message);
  return name === "" ? message : message === "" ? name : `${name}: ${message}`;
}

// Node pictures an error when somebody first looks: what was done to its name and message until then shows.
function pictured(object, raw, options, first = "") {
  const depth = limit;
  let text = null;
  const picture = () => {
    try {
      const list = depth > 0 ? library("dialect-frames").frames(raw, depth, options) : [];
      return [first + heading(object), ...list].join("\n");
    } catch {
      return heading(object);
    }
  };
  defineProperty(object, "stack", {
    __proto__: null,
    get() {
      text ??= picture();
      return text;
    },
    set(value) { hidden(this, "stack", value); },
    enumerable: false, configurable: true,
  });
}

function dressed(error, options, first) {
  const raw = error.stack;
  for (const name of ["line", "column", "sourceURL"]) delete error[name];
  pictured(error, raw, options, first);
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
    const { stack, line, sourceURL } = value, place = placeOf(value);
    let better = null, made = null;
    if (typeof value.message === "string") {
      const found = library("dialect-messages").translated(value.message, place, stack);
      if (found) hidden(value, "message", found.message);
      else if (value.message === "" && value.name === "AggregateError") hidden(value, "message", "All promises were rejected");
      better = found?.place ?? null;
      made = found?.left ?? null;
    }
    const isUncompiled = value instanceof SyntaxError && sourceURL === "vm.js" && !/@vm\.js:/.test(stack);
    dressed(value, { isName: value instanceof ReferenceError, better, made }, isUncompiled ? `vm.js:${line}\n` : "");
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
      dressed(error, { made: newTarget === proxy ? null : newTarget.name });
      return error;
    },
    apply(target, self, given) {
      const error = construct(target, given);
      dressed(error, {});
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
  if ((typeof target !== "object" && typeof target !== "function") || target === null) throw new TypeError("Invalid argument");
  const holder = {};
  apply(captureNative, NativeError, typeof above === "function" ? [holder, above] : [holder]);
  pictured(target, holder.stack, {});
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

// Made when the first pattern fails.
const patternReasons = () => [
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
  const found = patternReasons().find(([pattern]) => pattern.test(message));
  const shownFlags = (host.nodeVersion || 18) >= 20 ? flags : "";
  return found ? `Invalid regular expression: /${source}/${shownFlags}: ${found[1]}` : null;
}

const symbolLoad = "(cannot read property Symbol(Symbol.iterator))";

// Why a value can't be walked, in V8's words; null when it can.
function notIterable(value) {
  if (value === undefined) return `undefined is not iterable ${symbolLoad}`;
  if (value === null) return `object null is not iterable ${symbolLoad}`;
  if (typeof value[Symbol.iterator] === "function") return null;
  const shown = typeof value === "number" || typeof value === "boolean" ? ` ${value}` : "";
  return `${typeof value}${shown} is not iterable ${symbolLoad}`;
}

// The engine doesn't say what it was given by these.
function installWalkers() {
  for (const name of ["all", "allSettled", "any", "race"]) {
    const walk = Promise[name];
    if (typeof walk !== "function") continue;
    hidden(Promise, name, { [name](list) {
      const reason = notIterable(list);
      return reason === null ? apply(walk, this, [list]) : NativePromise.reject(new TypeError(reason));
    } }[name]);
  }
  const { fromEntries } = Object;
  hidden(Object, "fromEntries", { fromEntries(list) {
    if (list === undefined || list === null) throw new TypeError("undefined is not iterable");
    const reason = notIterable(list);
    if (reason !== null) throw new TypeError(reason);
    return fromEntries(entriesOf(list));
  } }.fromEntries);
}

function* entriesOf(list) {
  for (const entry of list) {
    if (entry !== Object(entry)) throw new TypeError(`Iterator value ${String(entry)} is not an entry object`);
    yield entry;
  }
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
installWalkers();
installPromises();

return { translate, patternMessage };
})
