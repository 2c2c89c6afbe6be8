// Reads a date's text as the servers' engine does: ISO 8601 where it fits, and otherwise by rules that take nearly anything.
(function (native, host, library) {
"use strict";

const { RealDate, setFullYear, setHours, setUTCFullYear, setUTCHours, getTime, unit } = library("primordials").dates;
const { parse: engineParse } = RealDate;
const { apply } = Reflect;

const words = { __proto__: null };
["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].forEach((name, index) => {
  words[name] = { kind: "month", value: index + 1 };
});
for (const [name, value] of [["am", 0], ["pm", 12]]) words[name] = { kind: "half", value };
const zones = { ut: 0, utc: 0, z: 0, gmt: 0, edt: -4, est: -5, cdt: -5, cst: -6, mdt: -6, mst: -7, pdt: -7, pst: -8 };
for (const name of Object.keys(zones)) words[name] = { kind: "zone", value: zones[name], isZ: name === "z" };
words.t = { kind: "separator", value: 0 };
const unknownWord = { kind: "word", value: 0 }, space = { kind: "space" }, other = { kind: "other" }, end = { kind: "end" };

const isDigit = (code) => code >= 48 && code <= 57;
const isSpace = (code) => code === 32 || (code >= 9 && code <= 13) || code === 0xA0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200A)
  || code === 0x2028 || code === 0x2029 || code === 0x202F || code === 0x205F || code === 0x3000 || code === 0xFEFF;
const isWord = (code) => code >= 65 && !isSpace(code);
const symbols = { __proto__: null, 58: ":", 45: "-", 43: "+", 46: ".", 41: ")" };
for (const code of Object.keys(symbols)) symbols[code] = { kind: "symbol", value: symbols[code] };

// Where a text in brackets that begins at `index` is over.
function afterBrackets(text, index) {
  let depth = 0;
  do {
    const code = unit(text, index);
    if (code === 40) depth += 1;
    if (code === 41) depth -= 1;
    index += 1;
  } while (depth > 0 && index < text.length);
  return index;
}

// Nine digits count, the rest is passed over.
function number(text, start) {
  let index = start, value = 0, significant = 0;
  while (index < text.length && isDigit(unit(text, index))) {
    const digit = unit(text, index) - 48;
    if (significant > 0 || digit > 0) {
      if (significant < 9) value = value * 10 + digit;
      significant += 1;
    }
    index += 1;
  }
  return { kind: "number", value, length: index - start };
}

function word(text, start) {
  let index = start, prefix = "";
  while (index < text.length && isWord(unit(text, index))) {
    if (index < start + 3) prefix += letter(unit(text, index) | 32);
    index += 1;
  }
  const found = words[prefix];
  const isKnown = found !== undefined && (index - start <= 3 || found.kind === "month");
  return { ...(isKnown ? found : unknownWord), length: index - start };
}

const letters = "abcdefghijklmnopqrstuvwxyz";
const letter = (code) => code >= 97 && code <= 122 ? letters[code - 97] : "?";

function tokens(text) {
  const list = [];
  let count = 0;
  for (let index = 0; index < text.length;) {
    const code = unit(text, index);
    let token = other, length = 1;
    if (isDigit(code)) length = (token = number(text, index)).length;
    else if (code in symbols) token = symbols[code];
    else if (isWord(code)) length = (token = word(text, index)).length;
    else if (isSpace(code)) token = space;
    else if (code === 40) length = afterBrackets(text, index) - index;
    list[count++] = token;
    index += length;
  }
  list[count] = end;
  return list;
}

const within = (value, low, high) => value >= low && value <= high;

// A fraction of a second in milliseconds; what is beyond them is cut off.
function milliseconds({ value, length }) {
  if (length === 1) return value * 100;
  if (length === 2) return value * 10;
  for (let digits = Math.min(length, 9); digits > 3; digits--) value = Math.floor(value / 10);
  return value;
}

class Reader {
  at = 0;
  day = [];
  month = 0;
  isISO = false;
  time = [];
  half = null;
  sign = 0;
  zoneHour = null;
  zoneMinute = null;

  constructor(text) { this.list = tokens(text); }

  get next() { return this.list[this.at]; }
  take() { return this.list[this.at++]; }
  isSymbol(value) { return this.next.kind === "symbol" && this.next.value === value; }
  get isSign() { return this.isSymbol("+") || this.isSymbol("-"); }
  isFixed(length) { return this.next.kind === "number" && this.next.length === length; }

  skip(value) {
    if (!this.isSymbol(value)) return false;
    this.at += 1;
    return true;
  }

  // A number of two digits in a range, put at the end of `list`; false when something else is there.
  pair(list, low, high) {
    if (!this.isFixed(2) || !within(this.next.value, low, high)) return false;
    list[list.length] = this.take().value;
    return true;
  }

  setZone(hours) {
    this.sign = hours < 0 ? -1 : 1;
    this.zoneHour = Math.abs(hours);
    this.zoneMinute = 0;
  }

  // Reads as much as there is of an ISO date; false when a time that began is none.
  readISO() {
    if (!this.readISODate()) return true;
    if (this.next.kind === "separator") {
      this.at += 1;
      if (!this.readISOTime() || this.next.kind !== "end") return false;
    } else if (this.next.kind !== "end") return true;
    if (this.sign === 0 && this.time.length === 0) this.setZone(0);
    this.isISO = true;
    return true;
  }

  readISODate() {
    if (this.isSign) {
      const sign = this.next.value === "-" ? -1 : 1;
      this.at += 1;
      if (!this.isFixed(6) || (sign < 0 && this.next.value === 0)) { this.at -= 1; return false; }
      this.day[0] = sign * this.take().value;
    } else if (this.isFixed(4)) this.day[0] = this.take().value;
    else return false;
    if (!this.skip("-")) return true;
    if (!this.pair(this.day, 1, 12)) return false;
    return !this.skip("-") || this.pair(this.day, 1, 31);
  }

  readISOTime() {
    const { time } = this;
    if (!this.pair(time, 0, 24) || !this.skip(":")) return false;
    const isLast = time[0] === 24;
    if (!this.pair(time, 0, isLast ? 0 : 59)) return false;
    if (this.skip(":")) {
      if (!this.pair(time, 0, isLast ? 0 : 59)) return false;
      if (this.skip(".")) {
        if (this.next.kind !== "number" || (isLast && this.next.value > 0)) return false;
        time[3] = milliseconds(this.take());
      }
    }
    return this.readISOZone();
  }

  readISOZone() {
    if (this.next.isZ) {
      this.at += 1;
      this.setZone(0);
    } else if (this.isSign) {
      this.sign = this.take().value === "+" ? 1 : -1;
      const parts = [];
      if (this.isFixed(4)) {
        const { value } = this.take();
        parts[0] = Math.floor(value / 100);
        parts[1] = value % 100;
        if (parts[0] > 23 || parts[1] > 59) return false;
      } else if (!this.pair(parts, 0, 23) || !this.skip(":") || !this.pair(parts, 0, 59)) return false;
      this.zoneHour = parts[0];
      this.zoneMinute = parts[1];
    }
    return true;
  }

  expectsTime(value) {
    const { length } = this.time;
    return length === 3 ? within(value, 0, 999) : (length === 1 || length === 2) && within(value, 0, 59);
  }

  addTime(value) {
    if (this.time.length >= 4) return false;
    this.time[this.time.length] = value;
    return true;
  }

  finishTime(value) {
    this.addTime(value);
    while (this.time.length < 4) this.addTime(0);
  }

  readNumber(value) {
    if (this.skip(":")) {
      if (this.skip(":")) {
        if (this.time.length > 0) return false;
        this.addTime(value);
        return this.addTime(0);
      }
      if (!this.addTime(value)) return false;
      this.skip(".");
    } else if (this.isSymbol(".") && this.expectsTime(value)) {
      this.at += 1;
      this.addTime(value);
      if (this.next.kind !== "number") return false;
      this.finishTime(milliseconds(this.take()));
    } else if (this.zoneHour !== null && this.zoneMinute === null && within(value, 0, 59)) {
      this.zoneMinute = value;
    } else if (this.expectsTime(value)) {
      this.finishTime(value);
      const { next } = this;
      return next.kind === "end" || next.kind === "space" || next.isZ === true || this.isSign;
    } else {
      if (this.day.length >= 3) return false;
      this.day[this.day.length] = value;
      this.skip("-");
    }
    return true;
  }

  readWord({ kind, value }, hasNumber) {
    if (kind === "half" && this.time.length > 0) this.half = value;
    else if (kind === "month") {
      this.month = value;
      this.skip("-");
    } else if (kind === "zone" && hasNumber) this.setZone(value);
    else return !hasNumber && this.next.kind !== "number";
    return true;
  }

  readOffset(sign) {
    this.sign = sign === "-" ? -1 : 1;
    const { value, length } = this.next.kind === "number" ? this.take() : { value: 0, length: 0 };
    if (this.isSymbol(":")) {
      this.zoneHour = value;
      this.zoneMinute = null;
    } else if (length === 1 || length === 2) {
      this.zoneHour = value;
      this.zoneMinute = 0;
    } else if (length === 3 || length === 4) {
      this.zoneHour = Math.floor(value / 100);
      this.zoneMinute = value % 100;
    } else return false;
    return true;
  }

  // Everything that is no ISO date. False when it makes no sense.
  readRest() {
    let hasNumber = this.day.length > 0;
    while (this.next.kind !== "end") {
      const token = this.take();
      const { kind, value } = token;
      const isSign = kind === "symbol" && (value === "+" || value === "-");
      if (kind === "number") {
        hasNumber = true;
        if (!this.readNumber(value)) return false;
      } else if (kind === "month" || kind === "half" || kind === "zone" || kind === "separator" || kind === "word") {
        if (!this.readWord(token, hasNumber)) return false;
      } else if (isSign && (this.time.length > 0 || (this.zoneHour === 0 && this.zoneMinute === 0))) {
        hasNumber = true;
        if (!this.readOffset(value)) return false;
      } else if (hasNumber && (isSign || (kind === "symbol" && value === ")"))) return false;
    }
    return true;
  }

  // [year, month, day], or null.
  get date() {
    if (this.day.length === 0) return null;
    const [first, second = 1, third = 1] = this.day;
    const leadsWithYear = !within(first, 1, 31);
    let year, month, day;
    if (this.month === 0) [year, month, day] = this.isISO || leadsWithYear ? [first, second, third] : [third, first, second];
    else {
      month = this.month;
      [year, day] = leadsWithYear ? [first, second] : [second, first];
    }
    if (!this.isISO && within(year, 0, 99)) year += year < 50 ? 2000 : 1900;
    return within(month, 1, 12) && within(day, 1, 31) ? [year, month - 1, day] : null;
  }

  // [hour, minute, second, millisecond], or null.
  get clock() {
    let [hour = 0, minute = 0, second = 0, fraction = 0] = this.time;
    if (this.half !== null) {
      if (hour > 12) return null;
      hour = hour % 12 + this.half;
    }
    const isLast = hour === 24 && minute === 0 && second === 0 && fraction === 0;
    const isTime = hour <= 23 && minute <= 59 && second <= 59 && fraction <= 999;
    return isTime || isLast ? [hour, minute, second, fraction] : null;
  }

  get value() {
    if (!this.readISO() || !this.readRest()) return NaN;
    const { date, clock } = this;
    if (date === null || clock === null) return NaN;
    const result = new RealDate(0);
    if (this.sign === 0) {
      apply(setFullYear, result, date);
      return apply(setHours, result, clock);
    }
    apply(setUTCFullYear, result, date);
    return apply(setUTCHours, result, clock) - this.sign * ((this.zoneHour ?? 0) * 60 + (this.zoneMinute ?? 0)) * 60000;
  }
}

// What both engines read alike, and what nearly all texts are: 2022-08-01T10:11:12.123Z.
function isPlain(text) {
  const { length } = text;
  if (length < 20 || length > 24 || unit(text, length - 1) !== 90 || unit(text, 10) !== 84 || unit(text, 13) !== 58) return false;
  return isDigit(unit(text, 0)) && unit(text, 4) === 45 && unit(text, 16) === 58 && unit(text, 17) < 54;
}

return {
  parse(text) {
    if (isPlain(text)) {
      const value = engineParse(text);
      if (value === value) return value;
    }
    const value = new Reader(text).value;
    return value >= -8.64e15 && value <= 8.64e15 ? value : NaN;
  },
};
})
