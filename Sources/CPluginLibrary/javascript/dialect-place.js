// What the source says at the place of an error, where the engine's message leaves it out.
(function (native, host, library) {
"use strict";

const { readFirst, shown } = library("dialect-expression");

let lines = null;

// The code that runs, by the numbers that the engine gives its lines.
function code() {
  if (lines === null) {
    const { text, startingLine } = host.code?.() ?? { text: "", startingLine: 1 };
    lines = { list: text.split("\n"), startingLine };
  }
  return lines;
}

// Up to the place, and from it on; null when the engine tells no place in the plugin.
function around(place) {
  if (!place) return null;
  const { list, startingLine } = code();
  const row = place.line - startingLine;
  const line = list[row];
  if (line === undefined) return null;
  const few = (from, to) => list.slice(Math.max(0, from), to).join("\n");
  return { before: `${few(row - 10, row)}\n${line.slice(0, place.column - 1)}`, after: `${line.slice(place.column - 1)}\n${few(row + 1, row + 30)}` };
}

function nameBefore(place) {
  const text = around(place);
  return text ? /([A-Za-z_$][\w$]*)\s*$/.exec(text.before)?.[1] ?? /^\s*([A-Za-z_$][\w$]*)/.exec(text.after)?.[1] ?? null : null;
}

// The class in a call like `a.B(1)`, as far as the call's text names it.
function calledName(place) {
  const text = around(place);
  if (!text) return null;
  const found = /^\s*(?:[\w$]+\s*\.\s*)*([A-Za-z_$][\w$]*)\s*\(/.exec(text.after) ?? /([A-Za-z_$][\w$]*)\s*$/.exec(text.before);
  return found?.[1] ?? null;
}

// What was assigned to: a variable or a member, by its name.
function assigned(place) {
  const text = around(place);
  if (!text) return null;
  const member = /^\s*(?:\.\s*([A-Za-z_$#][\w$]*)|\[\s*(?:(\d+)|'([^']*)'|"([^"]*)")\s*\])/.exec(text.after);
  if (member) return { member: member[1] ?? member[2] ?? member[3] ?? member[4] };
  const left = text.before.replace(/\s*(\*\*|<<|>>>?|&&|\|\||\?\?|[-+*\/%&|^])?=?\s*$/, "").replace(/(\+\+|--)$/, "");
  const inside = /(?:\.\s*([A-Za-z_$#][\w$]*)|\[\s*(?:(\d+)|'([^']*)'|"([^"]*)"|[\w$.]+)\s*\])$/.exec(left);
  if (inside) return { member: inside[1] ?? inside[2] ?? inside[3] ?? inside[4] ?? null };
  return { variable: /([A-Za-z_$][\w$]*)$/.exec(left)?.[1] ?? null };
}

// The index just after the bracket that closes the one at `start`.
function closingIndex(text, start) {
  const pairs = { "(": ")", "[": "]", "{": "}" }, stack = [];
  for (let at = start; at < text.length; at++) {
    const c = text[at];
    if (c === '"' || c === "'" || c === "`") {
      for (at += 1; at < text.length && text[at] !== c; at++) if (text[at] === "\\") at += 1;
    } else if (pairs[c]) stack.push(pairs[c]);
    else if (c === stack[stack.length - 1]) {
      stack.pop();
      if (stack.length === 0) return at + 1;
    }
  }
  return -1;
}

// The pattern nearest to a place, what it takes apart, and whether it is a parameter or a loop's variable.
function pattern(place, open) {
  const text = around(place);
  if (!text) return null;
  const whole = text.before + text.after, at = text.before.length;
  if (whole[at] === "(" || whole[at - 1] === "(") {
    const start = whole.indexOf(open, at - 1);
    if (start >= 0 && start < at + 200) return describe(whole, start, "parameter");
  }
  const starts = [];
  const found = open === "{" ? /(?:\b(?:var|let|const)\s*|[(,;{}\n]\s*|\bof\s+)(?=\{)|\(\s*(?=\{)/g : /(?:\b(?:var|let|const)\s*|[(,;{}\n]\s*)(?=\[)/g;
  for (let match; (match = found.exec(whole)) && match.index <= at;) {
    starts.push(match.index + match[0].length);
    if (match[0] === "") found.lastIndex += 1;
  }
  for (const start of starts.reverse()) {
    const described = describe(whole, start, null);
    if (described && described.end >= at - 400 && (described.source !== null || described.kind)) return described;
  }
  return null;
}

function describe(whole, start, kind) {
  const end = closingIndex(whole, start);
  if (end < 0) return null;
  const inside = whole.slice(start + 1, end - 1);
  const first = /^\s*(?:([A-Za-z_$][\w$]*)|"([^"]*)"|'([^']*)'|(\d+))/.exec(inside);
  const rest = whole.slice(end);
  const property = first ? first[1] ?? first[2] ?? first[3] ?? first[4] : null;
  if (kind === "parameter") return { property, source: null, kind, end };
  if (/^\s*of\b/.test(rest)) return { property, source: null, kind: "loop", end };
  const value = /^\s*=(?![=>])\s*/.exec(rest);
  if (!value) return { property, source: null, kind: null, end };
  return { property, source: readFirst(rest.slice(value[0].length)), kind: "value", end };
}

// The first spread in a list: what was to be walked.
function spread(place) {
  const text = around(place);
  const at = text ? text.after.indexOf("...") : -1;
  if (at < 0) return null;
  const node = readFirst(text.after.slice(at + 3).replace(/[)\]][^]*$/, (tail) => tail));
  return node ?? readFirst(text.after.slice(at + 3, text.after.search(/[,)\]]/)));
}

// Arguments of the call whose bracket is at the place.
function firstArgument(place) {
  const text = around(place);
  if (!text || text.after[0] !== "(") return null;
  if (/^\(\s*\)/.test(text.after)) return { kind: "name", name: "undefined" };
  const end = closingIndex(text.after, 0);
  return end < 0 ? null : readFirst(`[${text.after.slice(1, end - 1)}]`)?.items?.[0] ?? null;
}

// The engine points at a call's bracket, at the dot or behind a name; V8 at the name, or at `new`.
function column(place) {
  const text = around(place);
  if (!text) return place.column;
  const back = (count) => place.column - count;
  const { before, after } = text;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const dot = /^\??\.\s*(?=[A-Za-z_$#])/.exec(after);
  if (dot) return place.column + dot[0].length;
  if (after[0] === "(" || /^\s*\(/.test(after)) {
    const made = /\bnew\s+[\w$.\s]*$/.exec(line);
    if (made) return back(line.length - made.index);
    const called = /([A-Za-z_$#][\w$]*)\s*$/.exec(line);
    if (called) return back(line.length - called.index);
    return place.column;
  }
  if (after[0] === "[" || after[0] === "`") return place.column;
  const name = /[A-Za-z_$][\w$]*$/.exec(line);
  return name && !/^[\w$]/.test(after) ? back(name[0].length) : place.column;
}

return { around, nameBefore, calledName, assigned, pattern, spread, firstArgument, column, shown };
})
