// Evaluated first in a context: gives a function that returns a library file's exports, each file evaluated at its first use.
(function (native, host, source) {
"use strict";

const evaluated = new Map();

function library(name) {
  if (evaluated.has(name)) return evaluated.get(name);
  const exports = source(name)(native, host, library);
  evaluated.set(name, exports);
  return exports;
}

return library;
})
