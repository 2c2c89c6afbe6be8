// Texts of functions as V8 gives them: in one line for what is the language's own, and of the plugin's what the server would run.
(function (native, host, library) {
"use strict";

const { toString } = Function.prototype;
const { apply, defineProperty, ownKeys, getOwnPropertyDescriptor } = Reflect;
const { replace, endsWith } = String.prototype;
const { has, add } = WeakSet.prototype;
// What stands in for something of the language; and what is the server's, of which a plugin sees proxies.
const standIns = new WeakSet(), ofHost = new WeakSet();

const nativeEnd = "[native code]\n}";
const insertions = [
  [/\(__left = ([^]*?), __key = [\w$.]+, __left\)/g, "$1"], [/\+\+__loops (?:> __look )?&& __tick\([\w$]+(?:, 1)?\) && |__tick\((?:void 0, 1)?\) \|\| /g, ""], [/__key = /g, ""], [/\(__(?:left|right) = ((?:[^()]|\([^()]*\))*)\)/g, "$1"],
  [/ ([\w$]+) = __dialect\(\1\);/g, ""],
];

// A proxy has no name of its own.
const shortened = (part) => part[0] === "f" ? "function " : " { [native code] }";

function textOf(value) {
  if (typeof value !== "function") throw new TypeError("Function.prototype.toString requires that 'this' be a Function");
  const text = apply(toString, value, []);
  if (apply(has, standIns, [value])) return `function ${value.name}() { [native code] }`;
  if (apply(has, ofHost, [value])) return "function () { [native code] }";
  if (apply(endsWith, text, [nativeEnd])) return apply(replace, text, [/^function (?:ProxyObject)?|\s*\{\s*\[native code\]\s*\}$/g, shortened]);
  let plain = text;
  for (let index = 0; index < insertions.length; index++) plain = apply(replace, plain, insertions[index]);
  return plain;
}

// What an object of the language has by now that is no function of the engine.
function mark(owner, set = standIns) {
  for (const key of ownKeys(owner)) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    for (const each of [descriptor.value, descriptor.get, descriptor.set]) if (typeof each === "function") apply(add, set, [each]);
  }
}

// Objects and functions that the server hands over.
function markHost(...objects) {
  for (const object of objects) {
    if (typeof object === "function") apply(add, ofHost, [object]);
    mark(object, ofHost);
  }
}

function install() {
  for (const owner of [JSON, Math, Promise, Promise.prototype, Object, Error, Date, Function.prototype]) mark(owner);
  for (const name of ["Date", "RegExp", "Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]) {
    if (typeof globalThis[name] === "function") apply(add, standIns, [globalThis[name]]);
  }
  const { toString: ours } = { toString() { return textOf(this); } };
  apply(add, standIns, [ours]);
  defineProperty(Function.prototype, "toString", { __proto__: null, value: ours, writable: true, enumerable: false, configurable: true });
}

return { install, markHost };
})
