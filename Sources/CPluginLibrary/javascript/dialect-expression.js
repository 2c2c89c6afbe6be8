// Reads the text of an expression as far as V8's messages need it: which property, of what, called how.
(function (native, host, library) {
"use strict";

const token = /\s*(?:(\/\/[^\n]*|\/\*[^]*?\*\/)|([A-Za-z_$\u0080-\uffff#][\w$\u0080-\uffff]*)|(0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?)|("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(`)|(>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|\?\.(?!\d)|=>|==|!=|<=|>=|&&|\|\||\?\?|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|\*\*|<<|>>|[{}()[\];,<>+\-*\/%&|^!~?:=.@]))/y;

const strengths = {
  "??": 3, "||": 4, "&&": 5, "|": 6, "^": 7, "&": 8, "==": 9, "!=": 9, "===": 9, "!==": 9, "<": 10, ">": 10, "<=": 10, ">=": 10, "instanceof": 10,
  "in": 10, "<<": 11, ">>": 11, ">>>": 11, "+": 12, "-": 12, "*": 13, "/": 13, "%": 13, "**": 14,
};
const prefixes = new Set(["!", "~", "+", "-", "typeof", "void", "delete", "await", "++", "--"]);
const closing = { "(": ")", "[": "]", "{": "}" };
const opaque = { kind: "opaque" };

class Unreadable extends Error {}

function tokens(source) {
  // What the compiler put there to keep a key is no part of the plugin.
  const text = source.replace(/, __key = [\w$.]+, __left\)/g, ")").replace(/__(?:key|left|right) = /g, "");
  const list = [];
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    if (/^\s*$/.test(rest)) break;
    const last = list[list.length - 1];
    const regular = /^\s*\/(?![*\/])(?:[^\/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(rest);
    if (regular && (!last || (last.type === "sign" && !/^[)\]}]$/.test(last.text)) || /^(return|typeof|case|in|of)$/.test(last.text))) {
      list.push({ type: "regular", text: regular[0].trim(), at });
      at += regular[0].length;
      continue;
    }
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) throw new Unreadable();
    const start = at + found[0].length - found[0].trimStart().length;
    at += found[0].length;
    if (found[1] !== undefined) continue;
    if (found[5] !== undefined) {
      const end = templateEnd(text, at);
      list.push({ type: "template", text: text.slice(at - 1, end), at: start, end });
      at = end;
      continue;
    }
    const type = found[2] !== undefined ? "name" : found[3] !== undefined ? "number" : found[4] !== undefined ? "string" : "sign";
    list.push({ type, text: text.slice(start, at), at: start, end: at });
  }
  return list;
}

function templateEnd(text, at) {
  for (; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") return at + 1;
    else if (text[at] === "$" && text[at + 1] === "{") {
      let depth = 1;
      for (at += 2; at < text.length && depth > 0; at++) {
        if (text[at] === "`") at = templateEnd(text, at + 1) - 1;
        else if (text[at] === "{") depth += 1;
        else if (text[at] === "}") depth -= 1;
      }
      at -= 1;
    }
  }
  throw new Unreadable();
}

class Reader {
  constructor(text) {
    this.list = tokens(text);
    this.at = 0;
  }

  peek(offset = 0) { return this.list[this.at + offset] ?? { type: "end", text: "" }; }
  is(text) { const next = this.peek(); return next.text === text && next.type !== "string" && next.type !== "template"; }
  take() { return this.list[this.at++] ?? { type: "end", text: "" }; }
  accept(text) { if (!this.is(text)) return false; this.at += 1; return true; }
  expect(text) { if (!this.accept(text)) throw new Unreadable(); }

  // Over everything up to the bracket that closes the one just taken.
  skip(open) {
    const stack = [closing[open]];
    while (stack.length > 0) {
      const next = this.take();
      if (next.type === "end") throw new Unreadable();
      if (next.type !== "sign") continue;
      if (closing[next.text]) stack.push(closing[next.text]);
      else if (next.text === stack[stack.length - 1]) stack.pop();
    }
  }

  sequence() {
    let left = this.assignment();
    while (this.accept(",")) left = { kind: "binary", operator: ",", left, right: this.assignment() };
    return left;
  }

  assignment() {
    if (this.isArrow()) return this.arrow();
    const left = this.conditional();
    const operator = this.peek();
    if (operator.type !== "sign" || !/^(\*\*|<<|>>>?|&&|\|\||\?\?|[-+*\/%&|^])?=$/.test(operator.text)) return left;
    this.take();
    return { kind: "assignment", operator: operator.text, target: left, value: this.assignment() };
  }

  isArrow() {
    let ahead = this.peek().text === "async" && this.peek().type === "name" ? 1 : 0;
    if (this.peek(ahead).type === "name" && this.peek(ahead + 1).text === "=>") return true;
    if (this.peek(ahead).text !== "(") return false;
    for (let depth = 0; ; ahead++) {
      const next = this.peek(ahead);
      if (next.type === "end") return false;
      if (next.type !== "sign") continue;
      if (closing[next.text]) depth += 1;
      else if (/^[)\]}]$/.test(next.text) && --depth === 0) return this.peek(ahead + 1).text === "=>";
    }
  }

  arrow() {
    while (!this.is("=>")) {
      const next = this.take();
      if (next.text === "(" && next.type === "sign") this.skip("(");
    }
    this.take();
    if (this.accept("{")) this.skip("{");
    else this.assignment();
    return opaque;
  }

  conditional() {
    const test = this.binary(0);
    if (!this.accept("?")) return test;
    const yes = this.assignment();
    this.expect(":");
    return { kind: "conditional", test, yes, no: this.assignment() };
  }

  binary(strength) {
    let left = this.unary();
    for (;;) {
      const operator = this.peek();
      const own = operator.type === "sign" || operator.type === "name" ? (Object.hasOwn(strengths, operator.text) ? strengths[operator.text] : 0) : 0;
      if (own <= strength) return left;
      this.take();
      left = { kind: "binary", operator: operator.text, left, right: this.binary(own) };
    }
  }

  unary() {
    const next = this.peek();
    if ((next.type === "sign" || next.type === "name") && prefixes.has(next.text)) {
      this.take();
      const value = this.unary();
      return next.text === "await" ? { kind: "await", value } : { kind: "unary", operator: next.text, value };
    }
    const value = this.member(this.primary());
    if (this.is("++") || this.is("--")) return { kind: "postfix", operator: this.take().text, value };
    return value;
  }

  member(object, calls = true) {
    for (;;) {
      if (this.accept(".")) object = { kind: "member", object, key: { kind: "name", name: this.take().text }, computed: false };
      else if (this.accept("?.")) {
        if (this.is("(")) object = this.call(object, true);
        else if (this.accept("[")) { object = { kind: "member", object, key: this.sequence(), computed: true, optional: true }; this.expect("]"); }
        else object = { kind: "member", object, key: { kind: "name", name: this.take().text }, computed: false, optional: true };
      } else if (this.accept("[")) {
        object = { kind: "member", object, key: this.sequence(), computed: true };
        this.expect("]");
      } else if (calls && this.is("(")) object = this.call(object, false);
      else if (this.peek().type === "template") { this.take(); object = { kind: "call", callee: object, tagged: true, args: [] }; }
      else return object;
    }
  }

  call(callee, optional) {
    this.expect("(");
    const args = this.items(")");
    return { kind: "call", callee, args, optional };
  }

  items(end) {
    const list = [];
    while (!this.accept(end)) {
      if (this.peek().type === "end") throw new Unreadable();
      if (this.is(",")) { this.take(); if (end === "]") list.push({ kind: "hole" }); continue; }
      list.push(this.accept("...") ? { kind: "spread", value: this.assignment() } : this.assignment());
      if (!this.is(end)) this.expect(",");
    }
    return list;
  }

  primary() {
    const next = this.take();
    switch (next.type) {
      case "number": return { kind: "number", text: next.text };
      case "string": return { kind: "string", value: unquoted(next.text) };
      case "template": return next.text.includes("${") ? { kind: "template", text: next.text } : { kind: "string", value: next.text.slice(1, -1) };
      case "regular": return { kind: "regular", text: next.text };
      case "name": return this.named(next.text);
      case "sign": return this.bracketed(next.text);
      default: throw new Unreadable();
    }
  }

  named(name) {
    switch (name) {
      case "new": return this.creation();
      case "function": case "class": return this.definition();
      case "async": if (this.is("function")) return this.definition();
    }
    return { kind: "name", name };
  }

  // A function or a class: its head, then its body.
  definition() {
    while (!this.is("{")) {
      const next = this.take();
      if (next.type === "end") throw new Unreadable();
      if (next.text === "(" && next.type === "sign") this.skip("(");
    }
    this.take();
    this.skip("{");
    return opaque;
  }

  creation() {
    if (this.accept(".")) { this.take(); return opaque; }
    const callee = this.member(this.primary(), false);
    if (this.accept("(")) return { kind: "new", callee, args: this.items(")") };
    return { kind: "new", callee, args: [] };
  }

  bracketed(sign) {
    switch (sign) {
      case "(": {
        const inner = this.sequence();
        this.expect(")");
        return inner;
      }
      case "[": return { kind: "array", items: this.items("]") };
      case "{": return this.object();
      default: throw new Unreadable();
    }
  }

  object() {
    const start = this.at;
    const values = [];
    try {
      while (!this.accept("}")) {
        if (this.accept("...")) values.push(this.assignment());
        else {
          const key = this.accept("[") ? (this.sequence(), this.expect("]"), null) : this.take();
          if (this.accept(":")) values.push(this.assignment());
          else if (key && key.type === "name" && (this.is(",") || this.is("}"))) values.push({ kind: "name", name: key.text });
          else throw new Unreadable();
        }
        if (!this.is("}")) this.expect(",");
      }
      return { kind: "object", values };
    } catch {
      // Methods and accessors: what is in them isn't shown.
      this.at = start;
      this.skip("{");
      return { kind: "object", values: [] };
    }
  }
}

function unquoted(text) {
  const escapes = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", 0: "\0" };
  return text.slice(1, -1).replace(/\\(u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2})|\n|[^])/gi, (_, whole, braced, four, two) => {
    const code = braced ?? four ?? two;
    if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
    return whole === "\n" ? "" : Object.hasOwn(escapes, whole) ? escapes[whole] : whole;
  });
}

// The expression's parts, or null for a text that isn't one (or goes beyond what is read here).
function read(text) {
  try {
    const reader = new Reader(text);
    const result = reader.sequence();
    return reader.peek().type === "end" ? result : null;
  } catch {
    return null;
  }
}

// The first expression in a text that goes on after it.
function readFirst(text) {
  for (let length = Math.min(text.length, 2000); length > 0;) {
    try {
      return new Reader(text.slice(0, length)).assignment();
    } catch {
      length = text.lastIndexOf("\n", length - 1);
    }
  }
  return null;
}

const unknown = "(intermediate value)";

// As V8 prints what was called or walked.
function shown(node) { return print(node) || unknown; }

function print(node) {
  switch (node.kind) {
    case "name": return node.name === "super" ? "" : node.name;
    case "number": return String(Number(node.text.replace(/_/g, "").replace(/n$/, "")));
    case "string": return JSON.stringify(node.value);
    case "regular": return node.text;
    case "template": return Array.from(node.text.matchAll(/\$\{([^{}]*)\}/g), ([, inner]) => { const part = read(inner); return part ? shown(part) : unknown; }).join("");
    case "member": return printMember(node);
    case "call": return `${shown(node.callee)}(...)`;
    case "array": return `[${node.items.map((item) => (item.kind === "hole" ? "" : item.kind === "spread" ? `(...${shown(item.value)})` : shown(item))).join(",")}]`;
    case "object": return `{${node.values.map(() => unknown).join("")}}`;
    case "binary": return `(${chain(node)})`;
    case "assignment": return shown(node.target);
    case "unary": if (node.operator === "-" && node.value.kind === "number") return `-${shown(node.value)}`;
      return node.operator === "++" || node.operator === "--"
        ? `(${node.operator}${shown(node.value)})` : `(${node.operator}${/[a-z]/.test(node.operator) ? " " : ""}${shown(node.value)})`;
    case "postfix": return `(${shown(node.value)}${node.operator})`;
    case "conditional": return unknown.repeat(3);
    default: return "";
  }
}

// Operands of one operator in a row stand in one pair of brackets.
function chain(node) {
  const left = node.left.kind === "binary" && node.left.operator === node.operator ? chain(node.left) : shown(node.left);
  return `${left} ${node.operator} ${shown(node.right)}`;
}

function printMember(node) {
  const object = shown(node.object);
  if (!node.computed) return `${object}${node.optional ? "?" : ""}.${node.key.name}`;
  if (node.key.kind === "string") return `${object}${node.optional ? "?" : ""}.${node.key.value}`;
  return `${object}${node.optional ? "?." : ""}[${shown(node.key)}]`;
}

// A member's name where the text tells it; null where it depends on values.
function keyOf(node) {
  if (!node.computed) return node.key.name;
  if (node.key.kind === "string") return node.key.value;
  if (node.key.kind === "number") return String(Number(node.key.text.replace(/_/g, "")));
  return null;
}

return { read, readFirst, shown, keyOf };
})
