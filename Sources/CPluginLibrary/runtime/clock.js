// Virtual time, timers and seeded randomness. Time moves only when nothing else can, and a little at each guard.
(function (native, host, library) {
"use strict";

const { RealDate } = library("primordials").dates;
// Evaluated when the first text of a date is read: most plugins read none.
let textReader = null;
const parseText = (text) => (textReader ??= library("date-text")).parse(text);
const start = native.settings.clock;
const guardMilliseconds = native.settings.taskTimeoutSeconds * 1000;
// What the Date of the global scope has for `now`.
let readNow = null;
const loopStep = 0.001, lateLoopStep = 0.01, pollStep = 0.1, awaitStep = 0.1;
const loopsBeforeLate = 1e7;
// Longer than any chain of promises that the server's own limits let live.
const maximumPromises = 600000;

let elapsed = 0, ticks = 0, promises = 0;
// How often a loop's body has looked at the clock since a guard has.
let reads = 0;
// No loop that was entered since this was Infinity can be out of time before it; a guard that is met while it is Infinity looks.
let horizon = Infinity;
// Whether the plugin had put another clock in the place of this one when somebody looked.
let isReplaced = false;
let isStopped = false;
let calls = 0;
let timerID = 0;
const timers = new Map();

// Compiled code counts its loops by itself, in `__loops`, and calls `tick` once that is beyond `__look`: most guards are one addition.
function loopTime() {
  // A plugin can write to it.
  if (typeof __loops !== "number" || !(__loops >= 0 && __loops < 1e12)) __loops = 0;
  return __loops < loopsBeforeLate ? __loops * loopStep : loopsBeforeLate * loopStep + (__loops - loopsBeforeLate) * lateLoopStep;
}
const sinceStart = () => elapsed + ticks + loopTime();
const now = () => Math.floor(start + sinceStart());

// How many turns can follow before a guard has to look: to be asked whenever time has moved other than by turns.
function settle() {
  const left = horizon - start - sinceStart();
  __look = left > 0 && left < Infinity && reads <= 0 && !isReplaced ? __loops + Math.floor(left / lateLoopStep) : 0;
}

function readClock() {
  reads += 1;
  __look = 0;
  return now();
}

const isOwnClock = () => Date === VirtualDate && VirtualDate.now === readNow;

// A loop's entry, without `entered`: returns the time, or false where the code has to ask a clock that somebody has put in the place of this one.
//
// A loop's guard, with the time of its entry: returns whether it has to look at the clock, as the server's does each time. A loop that looks
// at the clock itself is waiting for it to move. `asksAlways` is for code that has a Date of its own.
function tick(entered, asksAlways) {
  if (entered === undefined) return enter(asksAlways);
  if (reads > 0) ticks += pollStep;
  reads = 0;
  isReplaced = !isOwnClock();
  const isAsked = asksAlways === 1 || isReplaced;
  settle();
  if (!isAsked && start + sinceStart() - entered <= guardMilliseconds) return false;
  // The guard's own look is none of the body's.
  reads = -1;
  return true;
}

function enter(asksAlways) {
  __loops += 1;
  reads = 0;
  const time = now();
  isReplaced = !isOwnClock();
  if (time + guardMilliseconds < horizon) horizon = time + guardMilliseconds;
  settle();
  if (asksAlways !== 1 && !isReplaced) return time;
  reads = -1;
  return false;
}

// Counts a reaction to a promise; false when there were so many that the chain is endless and has to starve.
function countPromise() {
  promises += 1;
  if (promises > maximumPromises) isStopped = true;
  return !isStopped;
}

function setTimer(action, milliseconds) {
  timerID += 1;
  timers.set(timerID, { due: start + sinceStart() + Math.max(0, Number(milliseconds) || 0), action });
  return timerID;
}

function clearTimer(id) { timers.delete(id); }

// The limit of the call under way: one slot, because most calls are over before time moves at all. No action, no limit.
const deadline = { due: 0, action: null };

function setDeadline(milliseconds, action) {
  deadline.due = start + sinceStart() + milliseconds;
  deadline.action = action;
}

function clearDeadline() { deadline.action = null; }

// Fires the earliest timer that is due before `limit` (milliseconds from the start); false when there is none.
function advance(limit) {
  let next = null, nextID = 0;
  for (const [id, timer] of timers) {
    if (next === null || timer.due < next.due) { next = timer; nextID = id; }
  }
  if (deadline.action !== null && (next === null || deadline.due < next.due)) {
    next = { due: deadline.due, action: deadline.action };
    deadline.action = null;
  }
  if (next === null || (limit !== undefined && next.due > start + limit)) return false;
  timers.delete(nextID);
  elapsed += Math.max(0, next.due - (start + sinceStart()));
  settle();
  next.action();
  return true;
}

function forgetSteps() {
  const steps = ticks + loopTime();
  if (steps >= 1000) elapsed += steps;
  ticks = 0;
  __loops = 0;
  // A loop of the call before can only be waiting for a timer: those in generators look at each turn.
  if (timers.size === 0) horizon = Infinity;
  settle();
}

// A new call begins: small steps of the one before don't add up, so that events see the same time whatever came before them.
function begin(index) {
  if (__loops !== 0 || ticks !== 0) forgetSteps();
  promises = 0;
  calls += 1;
  isStopped = false;
  seededFor = -1;
  seedOf = index;
}

let a = 0, b = 0, c = 0, d = 0;
// The call that the generator's state belongs to, and the one that is under way: most calls draw no numbers.
let seededFor = -1, seedOf = 0;

function reseed() {
  [a, b, c] = native.settings.seeds;
  d = seedOf + 1;
  seededFor = seedOf;
  for (let round = 0; round < 24; round++) random32();
}

// sfc32, by its published definition.
function random32() {
  if (seededFor !== seedOf) reseed();
  const sum = (a + b | 0) + d | 0;
  d = d + 1 | 0;
  a = b ^ b >>> 9;
  b = c + (c << 3) | 0;
  c = (c << 21 | c >>> 11) + sum | 0;
  return sum >>> 0;
}

const random = () => (random32() * 2097152 + (random32() >>> 11)) / 9007199254740992;

const { construct } = Reflect;

function VirtualDate(...given) {
  const time = given.length === 0 ? readClock() : 0;
  if (new.target === undefined) return new RealDate(now()).toString();
  let values = given;
  if (given.length === 0) values = [time];
  else if (given.length === 1 && typeof given[0] === "string") values = [parseText(given[0])];
  return construct(RealDate, values, new.target === VirtualDate ? RealDate : new.target);
}

function install(target) {
  const { now: read, parse } = { now() { return readClock(); }, parse(text) { return parseText(`${text}`); } };
  readNow = read;
  Object.defineProperties(VirtualDate, {
    name: { value: "Date", configurable: true },
    length: { value: 7, configurable: true },
    prototype: { value: RealDate.prototype, writable: false },
    now: { value: read, writable: true, configurable: true },
    parse: { value: parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  Object.defineProperty(RealDate.prototype, "constructor", { value: VirtualDate, writable: true, configurable: true });
  Object.defineProperty(target, "Date", { value: VirtualDate, writable: true, configurable: true });
  Object.defineProperty(Math, "random", { value: { random() { return random(); } }.random, writable: true, configurable: true });
}

function hexadecimal(count) {
  let text = "";
  while (text.length < count) text += random32().toString(16).padStart(8, "0");
  return text.slice(0, count);
}

// Sortable by time, as the server's own ids.
function uuid() {
  const time = now().toString(16).padStart(12, "0");
  const rest = hexadecimal(20);
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

return {
  VirtualDate, now, tick, countPromise, setTimer, clearTimer, deadline, setDeadline, clearDeadline, advance, begin, random, random32, install, uuid,
  awaited() {
    ticks += awaitStep;
    settle();
  },
  elapsed: sinceStart, hasTimers: () => timers.size > 0, wasStopped: () => isStopped,
  // Which call is under way.
  callNumber: () => calls,
  // For a context that takes over from one that is gone.
  moveTo(milliseconds) {
    elapsed = Math.max(elapsed, milliseconds);
    settle();
  },
};
})
