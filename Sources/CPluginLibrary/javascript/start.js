// Evaluated first in a context: gives a function that returns a library file's exports, each file evaluated at its first use.
(function (native, host, source) {
"use strict";

const evaluated = new Map();

// The host's functions, each made when it is first named.
const natives = new Proxy({}, {
  get(made, name) {
    if (!Object.hasOwn(made, name)) made[name] = native(name);
    return made[name];
  },
});

function library(name) {
  if (evaluated.has(name)) return evaluated.get(name);
  const exports = source(name)(natives, host, library);
  evaluated.set(name, exports);
  return exports;
}

return library;
})
