// The engine's own functions, from before anything is put in their places: for the runtime's own work.
(function (native, host, library) {
"use strict";

const { then } = Promise.prototype;
const { resolve } = Promise;
const { parse, stringify } = JSON;
const { toWellFormed } = String.prototype;
const { apply } = Reflect;
// No plugin can get hold of this `then`: Promise.prototype gets another one before any plugin is loaded.
Object.defineProperty(then, "call", { value: Function.prototype.call });
const wellFormed = (text) => apply(toWellFormed, text, []);
return { wellFormed, then, resolve, parse, stringify };
})
