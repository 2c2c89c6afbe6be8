// Takes away what this engine has and the servers' Node didn't have yet: a plugin that uses it fails there, so it has to fail here.
// Object.hasOwn stays for Node 14 too: the runtime's own modules use it.
(function (native, host, library) {
"use strict";

const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const typedArrays = Object.getPrototypeOf(Uint8Array);
const lists = [Array.prototype, typedArrays.prototype];

function remove(owner, names) {
  for (const name of names.split(" ")) Reflect.deleteProperty(owner, name);
}

// Node 22 and later, or no Node at all.
function removeNewest() {
  remove(globalThis, "Iterator Float16Array DisposableStack AsyncDisposableStack SuppressedError");
  remove(iterators, "constructor drop every filter find flatMap forEach map reduce some take toArray");
  remove(Array, "fromAsync");
  remove(Object, "groupBy");
  remove(Map, "groupBy");
  remove(Promise, "try withResolvers");
  remove(Set.prototype, "difference intersection isDisjointFrom isSubsetOf isSupersetOf symmetricDifference union");
  for (const owner of [Map.prototype, WeakMap.prototype]) remove(owner, "getOrInsert getOrInsertComputed");
  remove(ArrayBuffer.prototype, "detached transfer transferToFixedLength");
  remove(Error, "isError");
  remove(Uint8Array, "fromBase64 fromHex");
  remove(Uint8Array.prototype, "setFromBase64 setFromHex toBase64 toHex");
  remove(RegExp, "escape");
  remove(DataView.prototype, "getFloat16 setFloat16");
  remove(Math, "f16round sumPrecise");
  remove(Atomics, "pause");
  remove(JSON, "isRawJSON rawJSON");
  remove(Intl, "DurationFormat");
}

function removeUpTo(version) {
  removeNewest();
  if (version < 20) {
    remove(String.prototype, "isWellFormed toWellFormed");
    for (const owner of lists) remove(owner, "toReversed toSorted toSpliced with");
  }
  if (version < 18) for (const owner of lists) remove(owner, "findLast findLastIndex");
  if (version < 16) {
    for (const owner of [...lists, String.prototype]) remove(owner, "at");
    remove(String.prototype, "replaceAll");
    remove(Promise, "any");
    remove(globalThis, "AggregateError");
  }
}

return { removeUpTo };
})
