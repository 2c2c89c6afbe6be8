// Stacks as V8 pictures them: the engine tells a function's name and a place, the source there tells the rest.
(function (native, host, library) {
"use strict";

const place = library("dialect-place");

const jsonMethods = new Set(["parse", "stringify"]);
// The runtime's own functions in the places of the language's.
const walkers = new Set(["all", "allSettled", "any", "race", "fromEntries"]);
const namespaces = new Set(["Math", "JSON", "Reflect", "Intl", "Atomics"]);
const statics = new Set(["Object", "Array", "String", "Number", "Promise", "Symbol", "BigInt", "Date", "ArrayBuffer"]);

// Which class a method of the language is taken for when the call doesn't tell: the first that has it.
let owners = null;

function ownerOf(name) {
  if (owners === null) {
    owners = new Map();
    for (const owner of [Array, String, Date, Number, RegExp, Map, Set, WeakMap, WeakSet, Promise, BigInt, DataView, Symbol]) {
      for (const key of Object.getOwnPropertyNames(owner.prototype)) if (!owners.has(key)) owners.set(key, owner.name);
    }
  }
  return owners.get(name) ?? "";
}

// A receiver's class, where its text shows it.
function literalOwner(receiver) {
  if (/["'`]$/.test(receiver)) return "String";
  const made = /\bnew ([A-Z]\w*)\([^()]*\)$/.exec(receiver);
  if (made) return made[1];
  return /(?:^|[^\w$)\]])\[[^\[\]]*\]$/.test(receiver) ? "Array" : "";
}

// The text of a called member's object, and the member's name; the engine points at the dot or at the bracket.
function callOf(before, after) {
  const dot = /^\s*\??\.\s*([A-Za-z_$][\w$]*)/.exec(after);
  if (dot) return [before, dot[1]];
  const bracket = /^\s*\(/.test(after) ? /\??\.\s*([A-Za-z_$][\w$]*)\s*$/.exec(before) : null;
  return bracket ? [before.slice(0, bracket.index), bracket[1]] : [before, ""];
}

// `call` is the place of the call in the plugin, if the plugin made it.
function nativeFrame(name, call) {
  const around = call ? place.around(call) : null;
  const before = around ? around.before.slice(-300) : "";
  const text = around ? `${before}${around.after.slice(0, 80)}` : "";
  if (/^[A-Z]/.test(name) && new RegExp(`\\bnew\\s+(?:[\\w$]+\\.)?${name}\\b`).test(text)) return `    at new ${name} (<anonymous>)`;
  const [receiverText, called] = callOf(before, around?.after ?? "");
  if (name === "anonymous") name = called;
  if (name === "") return "    at <anonymous>";
  if (/^[A-Z]/.test(name)) return `    at ${name} (<anonymous>)`;
  const receiver = /(?:^|[^\w$.])([A-Z][A-Za-z]*)$/.exec(receiverText)?.[1];
  if (called === name && namespaces.has(receiver)) return `    at ${receiver}.${name} (<anonymous>)`;
  if ((called === name && statics.has(receiver)) || (name === "from" && !call)) return `    at Function.${name} (<anonymous>)`;
  const owner = (called === name && literalOwner(receiverText)) || ownerOf(name);
  return `    at ${owner ? `${owner}.` : ""}${name} (<anonymous>)`;
}

// Where an async function's parameters begin: the engine lists the call that started it beside its body, V8 only the body.
const asyncStart = /\basync\b(?:(?!=>)[^;{}])*$/;

// One line of the engine's stack; null for what V8 doesn't show.
function frameOf(text, isName) {
  const at = text.lastIndexOf("@");
  let name = at < 0 ? "" : text.slice(0, at);
  const where = at < 0 ? text : text.slice(at + 1);
  if (where === "[native code]") return name === "" || name === "construct" || name === "apply" ? null : { native: name };
  if (where.startsWith("phsync:dialect")) {
    if (jsonMethods.has(name)) return { text: `    at JSON.${name} (<anonymous>)`, isOurs: true };
    if (walkers.has(name)) return { native: name, isOurs: true };
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
  const own = { line: Number(line), column: Number(column) };
  const shown = place.column(own, isName);
  const startsAsync = asyncStart.test(place.around(own)?.before.slice(-300) ?? "");
  return { name, isAsync, isNew: shown.isNew, startsAsync, own, position: served(own.line, shown.column) };
}

function served(line, column) {
  const [row, at] = host.mapPosition?.(line, column) ?? [line, column];
  return `vm.js:${row}:${at}`;
}

const isShown = (entry) => entry.text !== undefined || entry.native !== undefined;

// Without frames of the engine's own that only the runtime has called.
function withoutRest(list, from) { return list.slice(from).every(isShown) ? list.slice(0, from) : list; }

// Frames of the plugin and of the language, in order, without what the runtime stands in for.
function collected(stack, depth, isName) {
  let list = [];
  let afterOurs = -1;
  for (const line of String(stack).split("\n")) {
    if (line === "" || list.length > depth + 20) continue;
    const found = frameOf(line, isName && list.length === 0);
    if (found?.isOurs && list.every((entry) => isShown(entry) && !entry.isOurs)) list = [];
    if (found?.isOurs) {
      if (afterOurs >= 0) list = withoutRest(list, afterOurs);
      // The engine's own frame under ours is the same call.
      if (isShown(found) && list[list.length - 1]?.native !== undefined) list.pop();
      afterOurs = list.length;
    }
    const body = list[list.length - 1];
    if (found?.startsAsync && body?.position !== undefined && (body.name === found.name || body.name === "")) {
      body.name = found.name;
      body.isStarted = true;
      continue;
    }
    if (found && (isShown(found) || found.position !== undefined)) list.push(found);
  }
  return afterOurs >= 0 ? withoutRest(list, afterOurs) : list;
}

// `isName` for errors about a variable; `better` is the first frame's true place, where the engine's is another; `made` names a class whose constructors V8 leaves out, as they only make the error.
function frames(stack, depth, { isName = false, made = null, better = null }) {
  let list = collected(stack, depth, isName);
  if (better && list[0]?.position !== undefined) {
    list[0].position = served(better.line, better.column);
    list[0].own = better;
  }
  const maker = made ? list.findIndex((entry) => entry.name === made) : -1;
  if (maker >= 0) list = list.slice(maker + 1);
  return list.slice(0, depth).map((entry, i) => {
    if (entry.text !== undefined) return entry.text;
    const caller = list[i + 1]?.own ?? null;
    if (entry.native !== undefined) return nativeFrame(entry.native, caller);
    const prefix = `    at ${entry.isAsync ? "async " : ""}`;
    const isResumed = !entry.isStarted && (entry.isAsync || i === list.length - 1 || list[i + 1].isAsync === true);
    const name = list[i + 1]?.isNew && entry.name !== ""
      ? `new ${entry.name}` : place.functionName(entry.own, entry.name, caller, (host.nodeVersion || 18) >= 18, isResumed && place.isAsync(entry.own));
    return name === "" ? `${prefix}${entry.position}` : `${prefix}${name} (${entry.position})`;
  });
}

return { frames };
})
