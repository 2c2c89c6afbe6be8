// Values as JSON text; what JSON can't carry is an object whose first member is "$".
(function (native, host, library) {
"use strict";

const { stringify, wellFormed } = library("primordials");
const { keys, values, getPrototypeOf, is, defineProperty } = Object;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const { isArray } = Array;
const maximumDepth = 200;

// Written for an interpreter: members are listed by one native call, and it is quick where it compares by order, or a primitive with its like.
// Whether it has members that stand for something, or unpaired surrogates, shows in its text: `hasForms`.
function isPlainObject(value, depth) {
  if (depth > maximumDepth) return false;
  if (typeof value !== "object") return false;
  const parent = getPrototypeOf(value);
  let members = value;
  if (parent === objectPrototype || parent == null) members = values(value);
  else if (parent !== arrayPrototype || !isArray(value)) return false;
  if (value.toJSON !== undefined) return false;
  // A hole in a list reads as undefined, and members beside the elements are left out by JSON as they are by `convert`.
  for (let index = 0, count = members.length; index < count; index++) {
    const member = members[index];
    if (typeof member === "string" || typeof member === "boolean") continue;
    if (typeof member === "number") {
      if (!(member - member >= 0) || (member <= 0 && member >= 0 && 1 / member < 0)) return false;
    } else if (member == null ? member === undefined : !isPlainObject(member, depth + 1)) return false;
  }
  return true;
}

// A getter or a proxy of the plugin's may throw.
function isPlain(value) {
  try {
    return value !== null && isPlainObject(value, 0);
  } catch {
    return false;
  }
}

const tagged = (tag, value) => value === undefined ? { $: tag } : { $: tag, v: value };
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const typeName = (value) => objectPrototype.toString.call(value).slice(8, -1);

function convertNumber(value) {
  if (Number.isNaN(value)) return tagged("NaN");
  if (is(value, -0)) return tagged("-0");
  return Number.isFinite(value) ? value : tagged(value > 0 ? "Infinity" : "-Infinity");
}

function convertSpecial(value, inner) {
  const name = typeName(value);
  switch (name) {
    case "Date": return tagged("Date", Number.isNaN(+value) ? "Invalid Date" : value.toISOString());
    case "RegExp": return tagged("RegExp", String(value));
    case "Error": return tagged("Error", { name: inner(value.name), message: inner(value.message) });
    case "Promise": case "WeakMap": case "WeakSet": case "WeakRef": return tagged(name);
    case "ArrayBuffer": return tagged(name, hex(new Uint8Array(value)));
    case "Number": case "String": case "Boolean": return tagged(name, inner(value.valueOf()));
    case "URL": return tagged("URL", String(value.href));
  }
  if (value instanceof Map) return tagged("Map", Array.from(value, ([key, each]) => [inner(key), inner(each)]));
  if (value instanceof Set) return tagged("Set", Array.from(value, inner));
  if (ArrayBuffer.isView(value)) return tagged(name, hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
  return undefined;
}

function convertObject(value, path) {
  if (path.includes(value)) return tagged("Circular");
  if (path.length > maximumDepth) return tagged("Deep");
  const inside = [...path, value];
  const inner = (each) => convert(each, inside);
  if (isArray(value)) return Array.from(value, inner);
  const special = convertSpecial(value, inner);
  if (special !== undefined) return special;
  const result = {};
  for (const key of keys(value)) {
    defineProperty(result, wellFormed(key), { __proto__: null, value: inner(value[key]), enumerable: true, configurable: true, writable: true });
  }
  return "$" in result ? tagged("Object", result) : result;
}

function nameOf(value) {
  try { return wellFormed(String(value.name)); } catch { return ""; }
}

function convert(value, path) {
  switch (typeof value) {
    case "string": return wellFormed(value);
    case "number": return convertNumber(value);
    case "undefined": return tagged("undefined");
    case "bigint": return tagged("BigInt", String(value));
    case "symbol": return tagged("Symbol", wellFormed(String(value)));
    case "function": return tagged("Function", nameOf(value));
    case "object": return value === null ? null : convertObject(value, path);
    default: return value;
  }
}

// The text of a value that `isPlain`, for a reader that looks at it by himself; null where it changes while it is read.
function encodePlain(value) {
  try {
    const text = stringify(value);
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}

// The text of a value in which something has a form of its own. A getter or a proxy of the plugin's may throw; that it did is all that can
// be shown then.
function encodeForms(value) {
  try {
    return stringify(convert(value, []));
  } catch {
    return '{"$":"Unreadable"}';
  }
}

function encode(value) {
  const text = isPlain(value) ? encodePlain(value) : null;
  return text !== null && !native.hasForms(text) ? text : encodeForms(value);
}

// What the worker threads of the older servers make of a result: enumerable members only.
function cloned(value) {
  if (value !== Object(value)) return value;
  if (isArray(value)) return value.map(cloned);
  const result = {};
  for (const key in value) result[key] = cloned(value[key]);
  return result;
}

function deepFrozen(value) {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) deepFrozen(value[key]);
  return value;
}

return { encode, encodePlain, encodeForms, isPlain, cloned, deepFrozen };
})
