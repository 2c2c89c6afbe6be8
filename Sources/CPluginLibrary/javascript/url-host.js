// Hosts of URLs: names, IPv4 and IPv6 addresses, percent-encoding sets and Punycode.
(function (native, host, library) {
"use strict";

const text = library("text");

const sets = { control: "", fragment: ' "<>`', query: ' "#<>', specialQuery: ' "#<>\'', path: ' "#<>?`{}' };
sets.userinfo = sets.path + "/:;=@[\\]^|";
sets.component = sets.userinfo + "$%&+,";

function encoded(character, set) {
  const code = character.codePointAt(0);
  if (code > 0x1f && code < 0x7f && !sets[set].includes(character)) return character;
  const bytes = new Uint8Array(4);
  const count = text.write(character, "utf8", bytes, 0, 4);
  let result = "";
  for (let i = 0; i < count; i++) result += "%" + bytes[i].toString(16).toUpperCase().padStart(2, "0");
  return result;
}

function encodeAll(string, set) {
  let result = "";
  for (const character of string) result += encoded(character, set);
  return result;
}

function bytesOf(string) {
  const bytes = new Uint8Array(text.byteLength(string, "utf8"));
  text.write(string, "utf8", bytes, 0, bytes.length);
  return bytes;
}

// The text that percent-encoding hides, decoded as UTF-8.
function percentDecoded(string) {
  const bytes = bytesOf(string);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    if (byte === 37 && i + 2 < bytes.length) {
      const pair = String.fromCharCode(bytes[i + 1], bytes[i + 2]);
      if (/^[0-9a-f]{2}$/i.test(pair)) { byte = parseInt(pair, 16); i += 2; }
    }
    bytes[at++] = byte;
  }
  return text.decode(bytes, "utf8", 0, at);
}

function adapt(delta, count, first) {
  delta = first ? Math.floor(delta / 700) : delta >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
  return k + Math.floor((36 * delta) / (delta + 38));
}

function punycode(label) {
  const codes = Array.from(label, (character) => character.codePointAt(0));
  let output = codes.filter((code) => code < 128).map((code) => String.fromCharCode(code)).join("");
  const basic = output.length;
  let handled = basic, n = 128, delta = 0, bias = 72;
  if (basic > 0) output += "-";
  while (handled < codes.length) {
    const next = Math.min(...codes.filter((code) => code >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const code of codes) {
      if (code < n) delta += 1;
      if (code !== n) continue;
      let q = delta;
      for (let k = 36; ; k += 36) {
        const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) break;
        const digit = t + ((q - t) % (36 - t));
        output += String.fromCharCode(digit + (digit < 26 ? 97 : 22));
        q = Math.floor((q - t) / (36 - t));
      }
      output += String.fromCharCode(q + (q < 26 ? 97 : 22));
      bias = adapt(delta, handled + 1, handled === basic);
      delta = 0;
      handled += 1;
    }
    delta += 1;
    n += 1;
  }
  return output;
}

function unpunycode(input) {
  const split = input.lastIndexOf("-");
  const codes = split > 0 ? Array.from(input.slice(0, split), (c) => c.codePointAt(0)) : [];
  let n = 128, i = 0, bias = 72;
  for (let at = split > 0 ? split + 1 : 0; at < input.length;) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const unit = input.charCodeAt(at++);
      const digit = unit >= 48 && unit <= 57 ? unit - 22 : unit >= 97 && unit <= 122 ? unit - 97 : NaN;
      if (!(digit < 36)) return null;
      i += digit * weight;
      const t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < t) break;
      weight *= 36 - t;
    }
    bias = adapt(i - before, codes.length + 1, before === 0);
    n += Math.floor(i / (codes.length + 1));
    i %= codes.length + 1;
    if (n > 0x10ffff) return null;
    codes.splice(i++, 0, n);
  }
  return String.fromCodePoint(...codes);
}

// Labels in lower case and Punycode, or null for what can't be a name.
function domainToASCII(domain) {
  const name = domain.replace(/[\u00ad\u200b\u2060\ufeff\ufe00-\ufe0f]/g, "").normalize("NFKC").toLowerCase().normalize("NFC").replace(/[\u3002\uff0e\uff61]/g, ".");
  const labels = name.split(".").map((label) => {
    if (label.startsWith("xn--")) {
      const shown = unpunycode(label.slice(4));
      return shown === null || shown === "" || !/[^\x00-\x7f]/.test(shown) ? null : label;
    }
    return /[^\x00-\x7f]/.test(label) ? "xn--" + punycode(label) : label;
  });
  return labels.includes(null) ? null : labels.join(".");
}

function domainToUnicode(domain) {
  return domain.split(".").map((label) => (label.startsWith("xn--") ? unpunycode(label.slice(4)) ?? label : label)).join(".");
}

function ipv4Number(part) {
  if (part === "") return NaN;
  let radix = 10;
  if (/^0x/i.test(part)) { part = part.slice(2); radix = 16; }
  else if (part.length > 1 && part[0] === "0") { part = part.slice(1); radix = 8; }
  if (part === "") return 0;
  const allowed = radix === 10 ? /^[0-9]+$/ : radix === 16 ? /^[0-9a-f]+$/i : /^[0-7]+$/;
  return allowed.test(part) ? parseInt(part, radix) : NaN;
}

function endsInNumber(name) {
  const parts = name.split(".");
  if (parts[parts.length - 1] === "") {
    if (parts.length === 1) return false;
    parts.pop();
  }
  const last = parts[parts.length - 1];
  return /^[0-9]+$/.test(last) || !Number.isNaN(/^0x/i.test(last) ? ipv4Number(last) : NaN);
}

function ipv4(name) {
  const parts = name.split(".");
  if (parts[parts.length - 1] === "" && parts.length > 1) parts.pop();
  if (parts.length > 4) return null;
  const numbers = parts.map(ipv4Number);
  if (numbers.some(Number.isNaN)) return null;
  const last = numbers.pop();
  if (numbers.some((number) => number > 255) || last >= 256 ** (4 - numbers.length)) return null;
  let address = last;
  numbers.forEach((number, i) => { address += number * 256 ** (3 - i); });
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function ipv6Pieces(input) {
  if (!/^[0-9a-f:.]*$/i.test(input)) return null;
  const halves = input.split("::");
  if (halves.length > 2) return null;
  const pieces = (half, last) => {
    if (half === "") return [];
    const list = [];
    const parts = half.split(":");
    for (let i = 0; i < parts.length; i++) {
      if (last && i === parts.length - 1 && parts[i].includes(".")) {
        const bytes = parts[i].split(".");
        if (bytes.length !== 4 || bytes.some((byte) => !/^(0|[1-9][0-9]{0,2})$/.test(byte) || +byte > 255)) return null;
        list.push(bytes[0] * 256 + +bytes[1], bytes[2] * 256 + +bytes[3]);
      } else if (/^[0-9a-f]{1,4}$/i.test(parts[i])) list.push(parseInt(parts[i], 16));
      else return null;
    }
    return list;
  };
  if (halves.length === 1) {
    const all = pieces(halves[0], true);
    return all && all.length === 8 ? all : null;
  }
  const left = pieces(halves[0], false), right = pieces(halves[1], true);
  if (!left || !right || left.length + right.length > 7) return null;
  return [...left, ...new Array(8 - left.length - right.length).fill(0), ...right];
}

function ipv6(input) {
  const pieces = ipv6Pieces(input);
  if (!pieces) return null;
  let best = -1, length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && pieces[i + run] === 0) run += 1;
    if (run > length) { best = i; length = run; }
    i += run;
  }
  if (best < 0) return `[${pieces.map((piece) => piece.toString(16)).join(":")}]`;
  const shown = (list) => list.map((piece) => piece.toString(16)).join(":");
  return `[${shown(pieces.slice(0, best))}::${shown(pieces.slice(best + length))}]`;
}

// The host as it is serialized, or null for one that isn't valid.
function parseHost(input, special) {
  if (input.startsWith("[")) return input.endsWith("]") ? ipv6(input.slice(1, -1)) : null;
  if (!special) return /[\0\t\n\r #\/:<>?@[\\\]^|]/.test(input) ? null : encodeAll(input, "control");
  const domain = domainToASCII(percentDecoded(input));
  if (domain === null || domain === "" || /[\x00-\x20#%\/:<>?@[\\\]^|\x7f]/.test(domain)) return null;
  return endsInNumber(domain) ? ipv4(domain) : domain;
}

return { parseHost, encoded, encodeAll, percentDecoded, bytesOf, domainToASCII, domainToUnicode };
})
