// The engine's own functions, from before anything is put in their places: for the runtime's own work.
(function (native, host, library) {
"use strict";

const { then } = Promise.prototype;
const { resolve } = Promise;
const { parse, stringify } = JSON;
const { toWellFormed, slice, charCodeAt } = String.prototype;
// The engine's own, of which the global scope gets another one, and what reads texts of dates with it.
const RealDate = Date;
const { setFullYear, setHours, setUTCFullYear, setUTCHours, getTime } = Date.prototype;
const dates = { RealDate, setFullYear, setHours, setUTCFullYear, setUTCHours, getTime, unit: Function.prototype.call.bind(charCodeAt) };
const { apply } = Reflect;
// No plugin can get hold of this `then`: Promise.prototype gets another one before any plugin is loaded.
Object.defineProperty(then, "call", { value: Function.prototype.call });
const wellFormed = (text) => apply(toWellFormed, text, []);
const start = (text, length) => text.length > length ? apply(slice, text, [0, length]) : text;
return { wellFormed, start, then, resolve, parse, stringify, dates };
})
