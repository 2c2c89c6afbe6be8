// Buffer's methods that read and write numbers.
(function (native, host, library) {
"use strict";

const { nodeError, invalidType, outOfRange } = library("errors");

function checkOffset(bytes, offset, size) {
  if (typeof offset !== "number") throw invalidType("offset", ["number"], offset);
  const last = bytes.length - size;
  if (!Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
  if (offset >= 0 && offset <= last) return;
  if (last < 0) throw nodeError(RangeError, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  throw outOfRange("offset", `>= 0 and <= ${last}`, offset);
}

function checkByteLength(size) {
  if (typeof size !== "number") throw invalidType("byteLength", ["number"], size);
  if (!Number.isInteger(size)) throw outOfRange("byteLength", "an integer", size);
  if (size < 1 || size > 6) throw outOfRange("byteLength", ">= 1 and <= 6", size);
}

// Limits of an integer as Node prints them: small ones as numbers, large ones as powers.
function limits(size, signed, suffix) {
  const bits = size * 8;
  if (size > 4 || suffix) {
    return signed
      ? `>= -(2${suffix} ** ${bits - 1}${suffix}) and < 2${suffix} ** ${bits - 1}${suffix}`
      : `>= 0${suffix} and < 2${suffix} ** ${bits}${suffix}`;
  }
  return signed ? `>= ${-(2 ** (bits - 1))} and <= ${2 ** (bits - 1) - 1}` : `>= 0 and <= ${2 ** bits - 1}`;
}

function readWhole(bytes, offset, size, little, signed) {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[offset + (little ? size - 1 - i : i)];
  return signed && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value;
}

function writeWhole(bytes, value, offset, size, little, signed) {
  value = +value;
  if (size === 1 && typeof offset !== "number") throw invalidType("offset", ["number"], offset);
  const low = signed ? -(2 ** (size * 8 - 1)) : 0;
  const high = signed ? 2 ** (size * 8 - 1) - 1 : 2 ** (size * 8) - 1;
  if (value > high || value < low) throw outOfRange("value", limits(size, signed, ""), value);
  checkOffset(bytes, offset, size);
  let rest = Math.trunc(value) || 0;
  if (rest < 0) rest += 2 ** (size * 8);
  for (let i = 0; i < size; i++) {
    bytes[offset + (little ? i : size - 1 - i)] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return offset + size;
}

function view(bytes) { return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength); }

function install(Buffer, define) {
  const prototype = Buffer.prototype;
  const alias = (name, method) => {
    define(prototype, { [name]: method });
    if (name.includes("UInt")) define(prototype, { [name.replace("UInt", "Uint")]: method });
  };

  for (const signed of [false, true]) {
    const kind = signed ? "Int" : "UInt";
    alias(`read${kind}8`, function (offset = 0) { checkOffset(this, offset, 1); return readWhole(this, offset, 1, false, signed); });
    alias(`write${kind}8`, function (value, offset = 0) { return writeWhole(this, value, offset, 1, false, signed); });
    for (const little of [true, false]) {
      const end = little ? "LE" : "BE";
      for (const size of [2, 4]) {
        alias(`read${kind}${size * 8}${end}`, function (offset = 0) { checkOffset(this, offset, size); return readWhole(this, offset, size, little, signed); });
        alias(`write${kind}${size * 8}${end}`, function (value, offset = 0) { return writeWhole(this, value, offset, size, little, signed); });
      }
      alias(`read${kind}${end}`, function (offset, size) {
        if (offset === undefined) throw invalidType("offset", ["number"], offset);
        checkByteLength(size);
        checkOffset(this, offset, size);
        return readWhole(this, offset, size, little, signed);
      });
      alias(`write${kind}${end}`, function (value, offset, size) {
        checkByteLength(size);
        return writeWhole(this, value, offset, size, little, signed);
      });
      alias(`readBig${kind}64${end}`, function (offset = 0) {
        checkOffset(this, offset, 8);
        return view(this)[signed ? "getBigInt64" : "getBigUint64"](offset, little);
      });
      alias(`writeBig${kind}64${end}`, function (value, offset = 0) {
        const low = signed ? -(2n ** 63n) : 0n, high = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n;
        if (value > high || value < low) throw outOfRange("value", limits(8, signed, "n"), value);
        checkOffset(this, offset, 8);
        view(this)[signed ? "setBigInt64" : "setBigUint64"](offset, value, little);
        return offset + 8;
      });
    }
  }

  for (const [name, size] of [["Float", 4], ["Double", 8]]) {
    for (const little of [true, false]) {
      const end = little ? "LE" : "BE";
      alias(`read${name}${end}`, function (offset = 0) { checkOffset(this, offset, size); return view(this)[`getFloat${size * 8}`](offset, little); });
      alias(`write${name}${end}`, function (value, offset = 0) {
        value = +value;
        checkOffset(this, offset, size);
        view(this)[`setFloat${size * 8}`](offset, value, little);
        return offset + size;
      });
    }
  }
}

return { install };
})
