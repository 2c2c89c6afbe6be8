(function (check, modules) {
"use strict";

const { Buffer } = modules;
const encodings = ["utf8", "hex", "base64", "base64url", "latin1", "binary", "ascii", "ucs2", "utf16le", "UTF-8", "Base64"];
const texts = ["", "abc", "héllo wörld", "日本語", "😀 emoji", "\ud800lone", "tail\udc00", "aGVsbG8=", "aGVs bG8", "_-8", "YQ==YQ==", "a", "ab", "68656c6c6f", "6z", "\u0141\u0142", "\u0000x"];
for (const encoding of encodings) {
  for (const text of texts) {
    check(`from ${encoding} ${JSON.stringify(text)}`, () => Buffer.from(text, encoding));
    check(`byteLength ${encoding} ${JSON.stringify(text)}`, () => Buffer.byteLength(text, encoding));
  }
  for (const bytes of [[], [0xff, 0xfe], [0xe2, 0x82], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80, 0x62], [0xc3, 0x28], [1, 2, 3, 4, 5], [0xfb, 0xff, 0xbf]]) {
    check(`toString ${encoding} ${bytes}`, () => Buffer.from(bytes).toString(encoding));
  }
}
const values = { undefined, null: null, number: 5, object: {}, array: [1, "2", 300, -1], arrayLike: { length: 2, 0: 5 }, json: { type: "Buffer", data: [1, 2] }, date: new Date(0), string: new String("abc"), memory: new ArrayBuffer(3), bytes: new Uint8Array([1, 2]), words: new Uint16Array([1, 300]), function: function f() {}, big: 10n, symbol: Symbol("x") };
for (const name of Object.keys(values)) {
  check(`from value ${name}`, () => Buffer.from(values[name]));
  check(`alloc ${name}`, () => Buffer.alloc(values[name]));
  check(`concat ${name}`, () => Buffer.concat(values[name]));
  check(`equals ${name}`, () => Buffer.from("abc").equals(values[name]));
  check(`indexOf ${name}`, () => Buffer.from("abc").indexOf(values[name]));
  check(`isBuffer ${name}`, () => Buffer.isBuffer(values[name]));
  check(`write ${name}`, () => Buffer.alloc(3).write(values[name]));
  check(`copy ${name}`, () => Buffer.from("abc").copy(values[name]));
  check(`isEncoding ${name}`, () => Buffer.isEncoding(values[name]));
}
const methods = Object.getOwnPropertyNames(Buffer.prototype).filter((name) => /^(read|write)(Big)?(U?Int|Float|Double)/.test(name)).sort();
check("number methods", () => methods);
for (const method of methods) {
  for (const offset of [undefined, 0, 1, 9, -1, 1.5, "1"]) {
    if (method.startsWith("read")) check(`${method} ${offset}`, () => Buffer.from([1, 254, 3, 200, 5, 6, 255, 8, 9, 128])[method](offset, 3));
    else for (const value of method.includes("Big") ? [0n, -1n, 2n ** 64n] : [0, -1, 200, 70000, 2 ** 33, 1.5]) {
      check(`${method} ${value} ${offset}`, () => { const bytes = Buffer.alloc(9); const end = bytes[method](value, offset, 3); return `${end} ${bytes.toString("hex")}`; });
    }
  }
}
for (const [bytes, needle, from] of [["abcabc", "b", undefined], ["abcabc", "b", 2], ["abcabc", "b", -3], ["abcabc", "", 2], ["abcabc", "x", 0], ["abcabc", 98, 0], ["abcabc", "c", 99]]) {
  check(`indexOf ${bytes} ${needle} ${from}`, () => Buffer.from(bytes).indexOf(needle, from));
  check(`lastIndexOf ${bytes} ${needle} ${from}`, () => Buffer.from(bytes).lastIndexOf(needle, from));
  check(`includes ${bytes} ${needle} ${from}`, () => Buffer.from(bytes).includes(needle, from));
}
for (const [start, end] of [[1], [1, 3], [-2], [0, -1], [5, 2], [undefined, 2]]) {
  check(`slice ${start} ${end}`, () => Buffer.from("abcdef").slice(start, end));
  check(`subarray ${start} ${end}`, () => Buffer.from("abcdef").subarray(start, end));
  check(`text of ${start} ${end}`, () => Buffer.from("abcdef").toString("utf8", start, end));
}
check("slices share memory", () => { const whole = Buffer.from("abc"); whole.slice(1).fill("x"); return whole.toString(); });
check("inspect", () => Buffer.from("héllo").inspect());
check("inspect long", () => Buffer.alloc(60).inspect());
check("JSON", () => JSON.stringify({ bytes: Buffer.from("ab") }));
check("text", () => `${Buffer.from("héllo")}`);
check("swap16", () => Buffer.from("abcd").swap16());
check("swap16 odd", () => Buffer.from("abc").swap16());
check("swap32", () => Buffer.from("abcd").swap32());
check("swap64", () => Buffer.from("abcdefgh").swap64());
check("fill", () => Buffer.alloc(7, "abc"));
check("fill hex", () => Buffer.alloc(5, "abcd", "hex"));
check("fill nothing", () => Buffer.alloc(5, "zz", "hex"));
check("map", () => Buffer.from("abc").map((byte) => byte + 1));
check("filter", () => Buffer.from("abc").filter((byte) => byte > 97));
check("entries", () => [...Buffer.from("ab").entries()]);
check("compare", () => [Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("b").compare(Buffer.from("a")), Buffer.from("abc").compare(Buffer.from("xbc"), 1, 3, 1)]);
check("tag", () => Object.prototype.toString.call(Buffer.from("a")));
check("unknown encoding", () => Buffer.from("a", "klingon"));
check("unknown encoding of text", () => Buffer.from("a").toString("klingon"));
check("concat", () => Buffer.concat([Buffer.from("ab"), Buffer.from("c")], 2));
check("concat bytes", () => Buffer.concat([new Uint8Array([1]), Buffer.from("c")]));
})
