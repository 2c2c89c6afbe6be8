// The engine's own functions, from before anything is put in their places: for the runtime's own work.
(function (native, host, library) {
"use strict";

const { then } = Promise.prototype;
const { resolve } = Promise;
const { parse, stringify } = JSON;
const { toWellFormed } = String.prototype;
const { apply } = Reflect;
const wellFormed = (text) => apply(toWellFormed, text, []);
return { wellFormed, then, resolve, parse, stringify };
})
