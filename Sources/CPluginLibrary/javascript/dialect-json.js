// V8's words for JSON that can't be read or written.
(function (native, host, library) {
"use strict";

class Unexpected extends Error {
  constructor(at, kind) {
    super();
    this.at = at;
    this.kind = kind;
  }
}

// Walks a text as V8's parser does, up to where it stops.
class Scanner {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  space() { while (/[ \t\n\r]/.test(this.text[this.at] ?? "")) this.at += 1; }

  fail() {
    const c = this.text[this.at];
    if (c === undefined) throw new Unexpected(this.at, "end");
    throw new Unexpected(this.at, c === '"' ? "string" : /[-0-9]/.test(c) ? "number" : "token");
  }

  whole() {
    this.value();
    this.space();
    if (this.at < this.text.length) this.fail();
  }

  value() {
    this.space();
    const c = this.text[this.at];
    if (c === "{") return this.object();
    if (c === "[") return this.array();
    if (c === '"') return this.string();
    if (c === "t") return this.literal("true");
    if (c === "f") return this.literal("false");
    if (c === "n") return this.literal("null");
    if (c !== undefined && /[-0-9]/.test(c)) return this.number();
    this.fail();
  }

  literal(word) {
    for (const letter of word) {
      if (this.text[this.at] !== letter) this.fail();
      this.at += 1;
    }
  }

  number() {
    if (this.text[this.at] === "-") this.at += 1;
    if (this.text[this.at] === "0") {
      this.at += 1;
      if (/[0-9]/.test(this.text[this.at] ?? "")) this.fail();
    } else this.digits();
    if (this.text[this.at] === ".") { this.at += 1; this.digits(); }
    if (/[eE]/.test(this.text[this.at] ?? "")) {
      this.at += 1;
      if (/[-+]/.test(this.text[this.at] ?? "")) this.at += 1;
      this.digits();
    }
  }

  digits() {
    if (!/[0-9]/.test(this.text[this.at] ?? "")) this.fail();
    while (/[0-9]/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  string() {
    this.at += 1;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c < " ") this.fail();
      this.at += 1;
      if (c === '"') return;
      if (c !== "\\") continue;
      if (this.text[this.at] === "u") {
        for (let i = 0; i < 4; i++) { this.at += 1; if (!/[0-9a-f]/i.test(this.text[this.at] ?? "")) this.fail(); }
      } else if (!/["\\\/bfnrt]/.test(this.text[this.at] ?? "")) this.fail();
      this.at += 1;
    }
  }

  object() {
    this.at += 1;
    this.space();
    if (this.text[this.at] === "}") { this.at += 1; return; }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail();
      this.string();
      this.space();
      if (this.text[this.at] !== ":") this.fail();
      this.at += 1;
      this.value();
      this.space();
      if (this.text[this.at] === "}") { this.at += 1; return; }
      if (this.text[this.at] !== ",") this.fail();
      this.at += 1;
    }
  }

  array() {
    this.at += 1;
    this.space();
    if (this.text[this.at] === "]") { this.at += 1; return; }
    for (;;) {
      this.value();
      this.space();
      if (this.text[this.at] === "]") { this.at += 1; return; }
      if (this.text[this.at] !== ",") this.fail();
      this.at += 1;
    }
  }
}

// The message that the Node versions up to 18 give for a text that is no JSON.
function parseMessage(text) {
  try {
    new Scanner(text).whole();
  } catch (error) {
    if (!(error instanceof Unexpected)) return null;
    switch (error.kind) {
      case "end": return "Unexpected end of JSON input";
      case "token": return `Unexpected token ${text[error.at]} in JSON at position ${error.at}`;
      default: return `Unexpected ${error.kind} in JSON at position ${error.at}`;
    }
  }
  return null;
}

function className(object) {
  for (let level = object; level; level = Object.getPrototypeOf(level)) {
    const found = Object.getOwnPropertyDescriptor(level, "constructor");
    if (found && typeof found.value === "function" && found.value.name) return found.value.name;
  }
  return "Object";
}

function step(key) { return typeof key === "number" ? `index ${key}` : `property '${key}'`; }

// Objects and keys from the first of a circle to the one that closes it, in the order in which they are written.
function findCircle(value, path) {
  const open = path.findIndex((entry) => entry.object === value);
  if (open >= 0) return path.slice(open);
  if (typeof value !== "object" || value === null || path.length > 4000) return null;
  const list = Array.isArray(value);
  for (const key of list ? value.keys() : Object.keys(value)) {
    let member = value[key];
    if (member !== null && typeof member === "object" && typeof member.toJSON === "function") member = member.toJSON(String(key));
    if (typeof member !== "object" || member === null) continue;
    path.push({ object: value, key });
    const found = findCircle(member, path);
    if (found) return found;
    path.pop();
  }
  return null;
}

function circularMessage(value) {
  const circle = findCircle(value, []);
  if (!circle) return "Converting circular structure to JSON";
  const lines = [`starting at object with constructor '${className(circle[0].object)}'`];
  const middle = circle.slice(0, -1).map((entry, i) => `${step(entry.key)} -> object with constructor '${className(circle[i + 1].object)}'`);
  const shownMiddle = middle.length > 2 ? [middle[0], ...(middle.length > 3 ? [middle[1], "..."] : [middle[1]]), middle[middle.length - 1]] : middle;
  const last = `${step(circle[circle.length - 1].key)} closes the circle`;
  return ["Converting circular structure to JSON", `    --> ${lines[0]}`, ...shownMiddle.map((line) => `    |     ${line}`), `    --- ${last}`].join("\n");
}

return { parseMessage, circularMessage };
})
