// The engine's own functions, from before anything is put in their places: for the runtime's own work.
(function (native, host, library) {
"use strict";

const { then } = Promise.prototype;
const { resolve } = Promise;
const { parse, stringify } = JSON;
const { toWellFormed, slice } = String.prototype;
const { apply } = Reflect;
const wellFormed = (text) => apply(toWellFormed, text, []);
const start = (text, length) => text.length > length ? apply(slice, text, [0, length]) : text;
return { wellFormed, start, then, resolve, parse, stringify };
})
