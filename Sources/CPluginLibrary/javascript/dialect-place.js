// What the source says at the place of an error, where the engine's message leaves it out.
(function (native, host, library) {
"use strict";

const { readFirst } = library("dialect-expression");

let known = { text: null, list: [], startingLine: 1 };

// The code that runs, by the numbers that the engine gives its lines.
function code() {
  const { text, startingLine } = host.code?.() ?? { text: "", startingLine: 1 };
  if (text !== known.text) known = { text, list: text.split("\n"), startingLine };
  return known;
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

// The class in a call like `a.B(1)`, as far as the call's text names it.
function calledName(place) {
  const text = around(place);
  if (!text) return null;
  const found = /^\s*(?:[\w$]+\s*\.\s*)*([A-Za-z_$][\w$]*)\s*\(/.exec(text.after) ?? /([A-Za-z_$][\w$]*)\s*$/.exec(text.before);
  return found?.[1] ?? null;
}

// The same where the engine points into the class itself.
function calledClass(place) {
  const name = calledName(place);
  return name === "constructor" ? className(place) : name;
}

// What was assigned to: a variable or a member, by its name.
function assigned(place) {
  const text = around(place);
  if (!text) return null;
  const member = /^\s*(?:\.\s*([A-Za-z_$#][\w$]*)|\[\s*(?:(\d+)|'([^']*)'|"([^"]*)")\s*\])/.exec(text.after);
  if (member) return { member: member[1] ?? member[2] ?? member[3] ?? member[4] };
  const left = text.before.replace(/\s*(\*\*|<<|>>>?|&&|\|\||\?\?|[-+*\/%&|^])?=?\s*$/, "").replace(/(\+\+|--)$/, "");
  const inside = /(?:\.\s*([A-Za-z_$#][\w$]*)|\[\s*(?:(\d+)|'([^']*)'|"([^"]*)"|(?:__key = )?[\w$.]+)\s*\])$/.exec(left);
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

const starts = { "{": /(?:\b(?:var|let|const)\s*|[(,[]\s*)(?=\{)/g, "[": /(?:\b(?:var|let|const)\s*|[(,]\s*)(?=\[)/g };

// The index of the bracket that is still open at the end of a text; -1 when there is none.
function openIndex(text) {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (/[)\]}]/.test(text[at])) depth += 1;
    else if (/[([{]/.test(text[at])) {
      if (depth === 0) return text[at] === "(" ? at : -1;
      depth -= 1;
    }
  }
  return -1;
}

// Where the list pattern that a pattern is an element of ends, with what it takes apart; null when it is none.
function elementOf(whole, before) {
  let depth = 0, open = before.length - 1;
  for (; open >= 0; open--) {
    if (/[)\]}]/.test(before[open])) depth += 1;
    else if (/[([{]/.test(before[open]) && depth-- === 0) break;
  }
  if (before[open] !== "[") return null;
  const end = closingIndex(whole, open);
  if (end < 0) return null;
  const rest = whole.slice(end);
  if (/\b(?:var|let|const)\s*$/.test(before.slice(0, open)) && /^\s*(?:=(?![=>])|of\b)/.test(rest)) return end + rest.search(/[;\n]|$/);
  return /^\s*(?:,[^()]*)?\)\s*(?:=>|\{)/.test(rest) ? end : null;
}

// The pattern that failed. The engine's place is that of the last step before it that could fail: inside the value that is taken apart, or
// somewhere before the pattern.
function pattern(place, open) {
  const text = around(place);
  if (!text) return null;
  const whole = text.before + text.after, at = text.before.length;
  const candidates = [];
  for (const match of whole.matchAll(starts[open])) {
    const start = match.index + match[0].length;
    const found = describe(whole, start, whole.slice(0, start));
    if (found) candidates.push(found);
  }
  const holding = candidates.filter((found) => found.start <= at && at <= found.valueEnd);
  // Of a function whose parameters are taken apart the engine may tell the first step of its body that can fail.
  const inBody = candidates.filter((found) => found.kind === "parameter" && found.end <= at && at < found.bodyEnd);
  const before = candidates.filter((found) => found.end <= at && (found.kind === "parameter" || found.kind === "element"));
  return holding[holding.length - 1] ?? inBody[inBody.length - 1] ?? candidates.find((found) => found.end > at) ?? before[before.length - 1] ?? null;
}

function describe(whole, start, before) {
  const end = closingIndex(whole, start);
  if (end < 0) return null;
  const inside = whole.slice(start + 1, end - 1);
  const first = /^\s*(?:([A-Za-z_$][\w$]*)|"([^"]*)"|'([^']*)'|(\d+))/.exec(inside);
  const property = first ? first[1] ?? first[2] ?? first[3] ?? first[4] : null;
  const nested = /(?:([A-Za-z_$][\w$]*)\s*)?:\s*\{\s*(?:([A-Za-z_$][\w$]*)|"([^"]*)"|'([^']*)')/.exec(inside);
  const common = {
    start, end, property, offset: start + 1 + (first ? first[0].search(/\S/) : 0),
    nested: nested ? { of: nested[1] ?? "", property: nested[2] ?? nested[3] ?? nested[4], offset: start + 1 + nested.index + nested[0].indexOf("{") + 1 + nested[0].slice(nested[0].indexOf("{") + 1).search(/\S/) } : null,
  };
  const rest = whole.slice(end);
  if (/^\s*of\b/.test(rest)) return { ...common, kind: "loop", source: null, valueEnd: closingIndex(whole, openIndex(before)) };
  const value = /^\s*=(?![=>])\s*/.exec(rest);
  if (/\b(?:var|let|const)\s*$/.test(before)) {
    if (!value) return null;
    const from = end + value[0].length;
    const stop = whole.slice(from).search(/;|\n/);
    return { ...common, kind: "value", source: readFirst(whole.slice(from)), valueEnd: stop < 0 ? whole.length : from + stop };
  }
  if (value && /\($/.test(before)) return { ...common, kind: "value", source: readFirst(whole.slice(end + value[0].length)), valueEnd: closingIndex(whole, start - 1) };
  const list = elementOf(whole, before);
  if (list) return { ...common, kind: "element", source: null, valueEnd: list };
  // Inside brackets: a parameter when a function's body or an arrow follows.
  const open = openIndex(before), close = open < 0 ? -1 : closingIndex(whole, open);
  const body = close > 0 ? /^\s*(?:=>\s*)?(\{)?/.exec(whole.slice(close)) : null;
  if (!body || body[0].trim() === "") return null;
  const from = close + body[0].length, line = whole.indexOf("\n", from);
  const bodyEnd = body[1] ? closingIndex(whole, from - 1) : line;
  return { ...common, kind: "parameter", source: null, bodyEnd: bodyEnd < 0 ? whole.length : bodyEnd };
}

// Whether the code defines a getter of this name anywhere: then a write that is refused meets one, not a frozen member.
function hasGetter(name) { return new RegExp(`\\bget\\s+${escaped(name)}\\s*\\(`).test(code().text); }

// Whether the code defines a private method of this name: then it can't be written, where an accessor only lacks its half.
function hasPrivateMethod(name) { return new RegExp(`(?<!\\b(?:get|set)\\s+)${escaped(name)}\\s*\\([^()]*\\)\\s*\\{`).test(code().text); }

// A private name at a place.
function privateName(place) {
  const text = around(place);
  return text && (/^\s*\.?\s*(#[\w$]+)/.exec(text.after) ?? /(#[\w$]+)[^#\n]*$/.exec(text.before))?.[1];
}

// The class around a place.
function className(place) {
  for (const head of enclosing(place)) {
    const found = /\bclass\s+([A-Za-z_$][\w$]*)/.exec(head);
    if (found) return found[1];
  }
  return null;
}

function escaped(name) { return name.replace(/\$/g, "\\$"); }

// A variable that is named before its declaration, at or after a place.
function usedEarly(place) {
  const text = around(place);
  if (!text) return null;
  const whole = text.before + text.after, from = text.before.length;
  // In the value of its own declaration.
  const own = /\b(?:let|const)\s+([A-Za-z_$][\w$]*)\s*=\s*(?:[^;\n=]*)$/.exec(text.before);
  const line = own && text.before.slice(own.index + own[0].indexOf("=") + 1) + text.after.split(/[;\n]/)[0];
  const used = own && new RegExp(`(?<![\\w$.])${escaped(own[1])}(?![\\w$])`).exec(line);
  if (used) return { name: own[1], place: placeAt(place, own.index + own[0].indexOf("=") + 1 + used.index) };
  const before = /(?:\breturn\s+)?\b([A-Za-z_$][\w$]*)\s*$/.exec(text.before);
  for (const match of text.after.matchAll(/\b(?:let|const|class)\s+([A-Za-z_$][\w$]*)/g)) {
    const value = /^\s*=\s*([^;\n]*)/.exec(text.after.slice(match.index + match[0].length));
    const inside = value && new RegExp(`(?<![\\w$.])${escaped(match[1])}(?![\\w$])`).exec(value[1]);
    if (inside) return { name: match[1], place: placeAt(place, from + match.index + match[0].length + value[0].length - value[1].length + inside.index) };
    if (before?.[1] === match[1]) return { name: match[1], place: placeAt(place, before.index) };
    const found = new RegExp(`(?:\\breturn\\s+)?(?<![\\w$.])${escaped(match[1])}(?![\\w$])`).exec(text.after.slice(0, match.index));
    if (found) return { name: match[1], place: placeAt(place, from + found.index) };
  }
  return before ? { name: before[1], place: whole ? placeAt(place, before.index) : null } : null;
}

// The assignment to a constant at or after a place: where its sign stands.
function constantAssigned(place) {
  const text = around(place);
  if (!text) return null;
  const whole = text.before + text.after, from = text.before.length;
  const names = new Set(Array.from(whole.matchAll(/\bconst\s+([A-Za-z_$][\w$]*)/g), (match) => match[1]));
  for (const match of whole.matchAll(/(?<![\w$.])(?<!\b(?:const|let|var)\s+)([A-Za-z_$][\w$]*)\s*(\*\*=|<<=|>>>?=|&&=|\|\|=|\?\?=|[-+*\/%&|^]=|=(?![=>])|\+\+|--)|(?:\+\+|--)([A-Za-z_$][\w$]*)/g)) {
    if (match[3] !== undefined) {
      if (match.index + match[0].length >= from && names.has(match[3])) return placeAt(place, match.index + 2);
      continue;
    }
    if (match.index + match[0].length >= from && names.has(match[1])) return placeAt(place, match.index + match[0].length - match[2].length);
  }
  return null;
}

// Without what the compiler put there to keep values.
const plain = (text) => text.replace(/, __key = [\w$.]+, __left\)/g, ")").replace(/__(?:key|left|right) = /g, "");

// What stands around the evaluated text that ends at or goes over a place.
function context(place, evaluated) {
  const text = around(place);
  if (!text) return null;
  const whole = text.before + text.after;
  const at = whole.lastIndexOf(evaluated, text.before.length);
  return at < 0 ? null : { before: plain(whole.slice(0, at)), after: plain(whole.slice(at + evaluated.length)) };
}

// Where V8 lays a deletion that meets nothing: at the last member that was read for it, else at its beginning. The engine points behind it.
function deletion(place) {
  const text = around(place);
  const found = text && /\bdelete\s+\(?[\w$][^;{}]*$/.exec(text.before);
  if (!found) return null;
  const object = found[0].replace(/(?:\??\.\s*[A-Za-z_$#][\w$]*|\[[^[\]]*\])$/, "");
  const member = /(?:\.\s*([A-Za-z_$#][\w$]*)|(\[[^[\]]*\]))\)?$/.exec(object);
  return placeAt(place, found.index + (member ? member.index + member[0].indexOf(member[1] ?? member[2]) : 0));
}

// The first spread in a list: what was to be walked.
function spread(place) {
  const text = around(place);
  if (!text) return null;
  // The place may be inside what is spread.
  const whole = text.before + text.after, end = text.before.length;
  const at = whole.lastIndexOf("...", end);
  const start = at >= 0 && end - at < 200 && !/[;\n]/.test(whole.slice(at, end)) ? at : whole.indexOf("...", end);
  if (start < 0) return null;
  return { place: placeAt(place, start + 3 + lastMember(whole.slice(start + 3, start + 200))), node: readFirst(whole.slice(start + 3)), isList: /\[\s*$|\[[^\[\]()]*,\s*$/.test(whole.slice(0, start)) };
}

// Where the last name of a chain of members begins.
const lastMember = (text) => /^[\w$.?]*\.(?=[\w$]+(?![\w$.(\[]))/.exec(text)?.[0].length ?? 0;

// Where V8 points when a list can't be walked: at the value of a loop or of a list pattern, there at its last member.
function walkedPlace(place) {
  const text = around(place);
  if (!text) return null;
  const start = text.before.lastIndexOf("\n") + 1;
  const line = text.before.slice(start) + text.after.split("\n")[0];
  const loop = /\bfor (?:await )?\([^;]*?\bof\s+(?=([^;]*)\)\s*\{?\}?$)/.exec(line);
  if (loop) return placeAt(place, start + loop.index + loop[0].length + lastMember(loop[1]));
  const list = /\]\s*=\s*(?:__key = )?(?![=>])/.exec(line);
  return list ? placeAt(place, start + list.index + list[0].length) : null;
}

// Arguments of the call whose bracket is at the place.
function firstArgument(place) {
  const text = around(place);
  if (!text || text.after[0] !== "(") return null;
  if (/^\(\s*\)/.test(text.after)) return { kind: "name", name: "undefined" };
  const end = closingIndex(text.after, 0);
  return end < 0 ? null : readFirst(`[${text.after.slice(1, end - 1)}]`)?.items?.[0] ?? null;
}

// V8 lays a variable that a statement reads first to the statement.
function nameIndex(line) {
  const first = /(?:^|[;{}])\s*((?:return|throw)\s+(?:new\s+)?|(?:if|switch|while)\s*\(|[A-Za-z_$][\w$.]*\s*=\s*(?:new\s+)?|new\s+)?[A-Za-z_$][\w$]*$/.exec(line);
  if (first?.[1]) return line.length - (first[0].length - first[0].indexOf(first[1]));
  const made = /=\s*(new\s+[A-Za-z_$][\w$]*)$/.exec(line);
  if (made) return line.length - made[1].length;
  const name = /[A-Za-z_$][\w$]*$/.exec(line);
  return name ? name.index : line.length;
}

// Whether the chain of members that a line ends with has a call in it, or is optional.
function isContinued(line) {
  for (let at = line.length; at > 0;) {
    const word = /[\w$]+\s*$/.exec(line.slice(0, at));
    if (word) {
      at = word.index;
      const sign = /(\?)?\.\s*$/.exec(line.slice(0, at));
      if (!sign) return false;
      if (sign[1]) return true;
      at = sign.index;
      continue;
    }
    const last = line[at - 1];
    if (last !== ")" && last !== "]") return false;
    const open = openBefore(line, at - 1);
    if (open < 0) return false;
    const word_ = /(?:\b(new)\s+)?([A-Za-z_$][\w$.]*|[)\]])\s*$/.exec(line.slice(0, open));
    if (last === ")" && word_ && !word_[1] && !/^(return|if|while|for|typeof|await|throw|in|of|case)$/.test(word_[2])) return true;
    at = open;
  }
  return false;
}

// The index of the bracket that the one at `end` closes.
function openBefore(text, end) {
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    if (/[)\]}]/.test(text[at])) depth += 1;
    else if (/[([{]/.test(text[at]) && --depth === 0) return at;
  }
  return -1;
}

// Whether a text ends in a list pattern that is given something, and not in a member: `[a] =`, but not `list[a] =`.
function endsInPattern(before) {
  const end = /\]\s*=\s*(?:await\s+)?$/.exec(before);
  if (!end) return false;
  const open = openBefore(before, end.index);
  if (open < 0) return true;
  const head = before.slice(0, open).trimEnd();
  return !/[\w$)\]'"`?.]$/.test(head) || /(?:^|[^\w$.])(?:const|let|var|return|of|in|yield|await|typeof|void|case|do|else)$/.test(head);
}

const compound = /^\s*(?:\+\+|--|(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*\/%&|^])=)/;

// The engine points at a call's bracket, at the dot or behind a name; V8 at the name, at `new` or at an assignment's sign.
// `isName` for errors about a variable, which V8 lays to the `return` in front of it.
function column(place, isName) {
  const text = around(place);
  if (!text) return { column: place.column, isNew: false };
  const { before, after } = text;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const at = (index) => ({ column: place.column - line.length + index, isNew: false });
  if (isName) return at(nameIndex(line));
  const operator = /\b(?:in|instanceof)\s+(?:\(__right = )?$/.exec(line);
  if (operator && /^[^.(]/.test(after)) return at(operator.index);
  const dot = /^(\??\.\s*)([A-Za-z_$#][\w$]*)/.exec(after);
  if (dot) {
    const rest = after.slice(dot[0].length);
    const sign = /^\s*(?==(?![=>]))/.exec(rest);
    if (sign) return at(line.length + dot[0].length + sign[0].length);
    const before_ = compound.test(rest) ? /[A-Za-z_$][\w$]*\s*$/.exec(line) : null;
    if (before_) return at(before_.index);
    // After a call and inside an optional chain V8 points at the dot.
    return at(line.length + (isContinued(line) ? 0 : dot[1].length));
  }
  if (/^\s*\(/.test(after)) {
    const made = /\bnew\s+[\w$.\s]*$/.exec(line);
    if (made) return { ...at(made.index), isNew: true };
    const called = /([A-Za-z_$#][\w$]*)\s*$/.exec(line);
    return called ? at(called.index) : at(line.length);
  }
  if (after[0] === "[" || after[0] === "`") {
    const end = after[0] === "[" ? closingIndex(after, 0) : -1;
    const sign = end > 0 ? /^\s*(?==(?![=>]))/.exec(after.slice(end)) : null;
    return sign ? at(line.length + end + sign[0].length) : at(line.length);
  }
  const name = /[A-Za-z_$][\w$]*$/.exec(line);
  return name && !/^[\w$]/.test(after) ? at(name.index) : at(line.length);
}

// The line's indentation and text, by the engine's number; null outside the code.
function lineAt(number) {
  const { list, startingLine } = code();
  const text = list[number - startingLine];
  return text === undefined ? null : text;
}

const indentation = (text) => text.length - text.trimStart().length;

// The heads of what a place stands in, innermost first: the compiler's code is indented by its nesting.
function* enclosing(place) {
  const own = lineAt(place.line);
  if (own === null) return;
  let depth = indentation(own);
  yield own.slice(0, place.column).trim();
  for (let number = place.line - 1; depth > 0 && place.line - number < 2000; number--) {
    const text = lineAt(number);
    if (text === null) return;
    if (text.trim() === "" || indentation(text) >= depth) continue;
    depth = indentation(text);
    yield wholeHead(text.trim(), number, depth);
  }
}

// A head whose parameters are taken apart stands on several lines, of which the last begins with the bracket that ends the pattern.
function wholeHead(last, number, depth) {
  if (!/^\}.*\)\s*(?:=>\s*)?\{$/.test(last)) return last;
  let head = last;
  for (let above = number - 1; number - above < 50; above--) {
    const text = lineAt(above);
    if (text === null) return last;
    head = `${text.trim()} ${head}`;
    if (indentation(text) <= depth && !text.trim().startsWith("}")) return head;
  }
  return last;
}

// A place inside of a pattern of parameters has only their beginning for a head.
const memberHead = /^(?:(static)\s+)?(?:async\s+)?(?:(get|set)\s+)?\*?\s*(#?[A-Za-z_$][\w$]*|\[[^\]]*\])\s*(?:\(.*\)\s*\{|\((?:.*,\s*)?[{[]$|(?::|=(?!=))\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>).*)$/;
const assignedHead = /([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+)\s*=\s*(?:async\s*)?(?:function\b|\(.*=>|[\w$]+\s*=>)/;
const notMember = /^(?:if|for|while|switch|catch|function|return|else|do|try|with|await|throw)\b/;

// What the server calls by itself, and on nothing.
const calledByServer = /^(?:setupPlugin|teardownPlugin|processEvent|processEventBatch|onEvent|onSnapshot|exportEvents|composeWebhook|runEvery\w*)$/;
const asyncVariable = /^(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*=\s*async\b/;

// How V8 names a function: with its receiver's class where it was called as a member, and with what it was assigned to where it has no name.
// `isResumed`: an async function that goes on after an await. The engine has forgotten then what a function without a name of its own was
// called, and by whom.
function functionName(place, name, caller, namesClasses, isResumed) {
  let member = null;
  for (const head of enclosing(place)) {
    if (member === null) {
      const assigned = name === "" || /^[\w$]+$/.test(name) ? assignedHead.exec(head) : null;
      if (assigned && (name === "" || assigned[1].endsWith(`.${name}`))) return inferred(assigned[1]);
      const variable = isResumed && name === "" ? asyncVariable.exec(head) : null;
      if (variable) return variable[1];
      const found = notMember.test(head) ? null : memberHead.exec(head);
      if (found && (found[3] === name || (name === "" && isFunctionHead(head, found[3], isResumed)))) member = found;
      else if (name === "" && /(?:=>|function\*?\s*\(.*\))\s*\{?$/.test(head)) return name;
      else if (name !== "" && new RegExp(`\\b(?:function\\*?\\s+|(?:const|let|var)\\s+)${escaped(name)}\\b`).test(head)) return name;
      continue;
    }
    const owner = /^(?:.*\b)?class\b\s*([A-Za-z_$][\w$]*)?/.exec(head);
    if (!owner && !/[{(\[]$/.test(head)) continue;
    const shown = name === "" && !member[3].startsWith("[") ? member[3] : name;
    if (member[2]) return `${member[2]} ${shown} [as ${shown}]`;
    if (isResumed && (shown.startsWith("#") || calledByServer.test(shown) || /^(?:const|let|var)?\s*(?:exports\.)?jobs\b/.test(head))) return shown;
    if (!isResumed && (!caller || !calledAsMember(caller))) return name;
    if (!owner) return shown === "" ? "" : `Object.${shown}`;
    if (!owner[1]) return shown;
    return `${member[1] && !namesClasses ? "Function" : owner[1]}.${shown}`;
  }
  return name;
}

// Whether the innermost function around a place is async.
function isAsync(place) {
  for (const head of enclosing(place)) {
    if (/\basync\b.*(?:=>|\)\s*\{$)/.test(head)) return true;
    if (/=>\s*\{?$|\bfunction\b|^(?!(?:if|for|while|switch|catch|with|else|do|try)\b)(?:static\s+)?(?:[gs]et\s+)?\*?#?[\w$]+\s*\(.*\)\s*\{$/.test(head)) return false;
  }
  return false;
}

// Whether a member's head begins a function without a name of its own.
function isFunctionHead(head, member, isResumed) {
  if (/^(?:const|let|var)\b/.test(head)) return false;
  return /=>|^\[/.test(head.slice(member.length - 1)) || (isResumed && /\basync function\*?\s*\(/.test(head));
}

function inferred(path) {
  const prototype = /^(.*)\.prototype\.([\w$]+)$/.exec(path);
  return prototype ? `${prototype[1]}.${prototype[2]}` : path;
}

function calledAsMember(place) {
  const text = around(place);
  return text !== null && (/^\s*\??\.\s*[A-Za-z_$#]/.test(text.after) || /[.\]]\s*(?:[A-Za-z_$][\w$]*)?$/.test(text.before) || /^\[/.test(text.after));
}

// A place by its offset in what is around another, in the engine's numbers.
function placeAt(place, offset) {
  const text = around(place);
  const whole = text.before + text.after;
  const rows = (part) => part.split("\n").length - 1;
  return {
    line: place.line + rows(whole.slice(0, offset)) - rows(text.before),
    column: offset - whole.lastIndexOf("\n", offset - 1),
  };
}

return { endsInPattern, hasPrivateMethod, privateName, walkedPlace, calledClass, hasGetter, className, around, functionName, enclosing, usedEarly, constantAssigned, calledName, assigned, pattern, placeAt, context, spread, firstArgument, column, isAsync, deletion };
})
