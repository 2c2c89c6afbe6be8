// Errors as Node words and labels them, for the modules that stand in for Node's own.
(function (native, host, library) {
"use strict";

// A short picture of a value, as Node prints one inside its messages.
function show(value) {
  switch (typeof value) {
    case "string": return quote(value);
    case "bigint": return `${value}n`;
    case "symbol": return value.toString();
    case "number": return Object.is(value, -0) ? "-0" : String(value);
    case "function": return value.name ? `[Function: ${value.name}]` : "[Function (anonymous)]";
    case "object": return showObject(value);
    default: return String(value);
  }
}

function quote(text) {
  let mark = "'";
  if (text.includes("'")) mark = !text.includes('"') ? '"' : !text.includes("`") && !text.includes("${") ? "`" : "'";
  const body = text.replace(/[\x00-\x1f\x7f-\x9f\\]/g, (c) => {
    const known = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\" }[c];
    return known || "\\x" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
  });
  return mark + (mark === "'" ? body.replace(/'/g, "\\'") : body) + mark;
}

function showObject(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[ ${value.slice(0, 100).map((item) => typeof item === "object" && item ? "[Object]" : show(item)).join(", ")} ]`;
  }
  const name = constructorName(value);
  const keys = Object.keys(value);
  const prefix = name === "Object" ? "" : `${name || "[Object: null prototype]"} `;
  if (keys.length === 0) return `${prefix}{}`;
  const members = keys.map((key) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)}: ${typeof value[key] === "object" && value[key] ? "[Object]" : show(value[key])}`);
  return `${prefix}{ ${members.join(", ")} }`;
}

function constructorName(value) {
  for (let object = value; object; object = Object.getPrototypeOf(object)) {
    const found = Object.getOwnPropertyDescriptor(object, "constructor");
    if (found && typeof found.value === "function" && found.value.name) return found.value.name;
  }
  return "";
}

// What Node appends to a message about an argument of the wrong type.
function received(value) {
  if (value == null) return ` Received ${value}`;
  if (typeof value === "function") return value.name ? ` Received function ${value.name}` : " Received function ";
  if (typeof value === "object") {
    const name = constructorName(value);
    return name ? ` Received an instance of ${name}` : ` Received ${show(value)}`;
  }
  let text = show(value);
  if (text.length > 28) text = `${text.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${text})`;
}

function nodeError(Base, code, message) {
  const error = new Base(message);
  Object.defineProperty(error, "toString", {
    value() { return `${this.name} [${code}]: ${this.message}`; }, enumerable: false, writable: true, configurable: true });
  // Node's stacks name the code, the errors' names don't.
  if (typeof error.stack === "string") {
    const stack = error.stack;
    const head = `${error.name}: `;
    if (stack.startsWith(head)) {
      Object.defineProperty(error, "stack", {
        value: `${error.name} [${code}]: ${stack.slice(head.length)}`, enumerable: false, writable: true, configurable: true });
    }
  }
  error.code = code;
  return error;
}

const classes = new Set(["Function", "Object", "Array", "ArrayBuffer", "Buffer", "Uint8Array", "TypedArray", "DataView", "URL", "Error", "Date", "KeyObject"]);

// `kinds` as Node's own code lists them: types in lower case, classes with a capital.
function expectation(kinds) {
  const types = kinds.filter((kind) => !classes.has(kind));
  const instances = kinds.filter((kind) => classes.has(kind));
  let text = "";
  if (types.length > 0) text += (types.length > 1 ? "one of type " : "of type ") + list(types);
  if (instances.length > 0) text += (types.length > 0 ? " or " : "") + "an instance of " + list(instances);
  return text;
}

function list(items) {
  if (items.length <= 2) return items.join(" or ");
  return `${items.slice(0, -1).join(", ")}, or ${items[items.length - 1]}`;
}

function invalidType(name, kinds, value) {
  const subject = name.endsWith(" argument") ? `The ${name}` : `The "${name}" ${name.includes(".") ? "property" : "argument"}`;
  const wanted = Array.isArray(kinds) ? expectation(kinds) : kinds;
  return nodeError(TypeError, "ERR_INVALID_ARG_TYPE", `${subject} must be ${wanted}.${received(value)}`);
}

function invalidValue(name, value, reason = "is invalid", Base = TypeError) {
  let text = show(value);
  if (text.length > 128) text = `${text.slice(0, 128)}...`;
  return nodeError(Base, "ERR_INVALID_ARG_VALUE", `The ${name.includes(".") ? "property" : "argument"} '${name}' ${reason}. Received ${text}`);
}

// Groups of three from the right whatever they hold, as Node does it.
function separated(text) {
  const start = text.startsWith("-") ? 1 : 0;
  let grouped = "", end = text.length;
  for (; end >= start + 4; end -= 3) grouped = `_${text.slice(end - 3, end)}${grouped}`;
  return text.slice(0, end) + grouped;
}

function outOfRange(name, range, value) {
  let text = show(value);
  if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) text = separated(String(value));
  if (typeof value === "bigint") text = (value > 2n ** 32n || value < -(2n ** 32n) ? separated(String(value)) : String(value)) + "n";
  return nodeError(RangeError, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${text}`);
}

return { show, received, nodeError, invalidType, invalidValue, outOfRange };
})
