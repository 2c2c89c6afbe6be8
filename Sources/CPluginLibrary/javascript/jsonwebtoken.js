// jsonwebtoken, version 8.
(function (native, host, library) {
"use strict";

const { Buffer } = library("buffer");
const crypto = library("crypto");
const { toFixed, toDER } = library("crypto-sign");

function named(name, Base) {
  function Made(message, extra) {
    Error.call(this, message);
    Error.captureStackTrace(this, this.constructor);
    this.name = name;
    this.message = message;
    if (name === "TokenExpiredError") this.expiredAt = extra;
    else if (name === "NotBeforeError") this.date = extra;
    else if (extra) this.inner = extra;
  }
  Made.prototype = Object.create(Base.prototype);
  Made.prototype.constructor = Made;
  Object.defineProperty(Made, "name", { value: name });
  return Made;
}

const JsonWebTokenError = named("JsonWebTokenError", Error);
const TokenExpiredError = named("TokenExpiredError", JsonWebTokenError);
const NotBeforeError = named("NotBeforeError", JsonWebTokenError);

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "none"];
const widths = { ES256: 32, ES384: 48, ES512: 66 };

function pss() { return { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST }; }

function withOptions(key, options) {
  return typeof key === "object" && !Buffer.isBuffer(key) && !(key instanceof crypto.KeyObject) ? { ...key, ...options } : { key, ...options };
}

function signature(algorithm, text, key) {
  const bits = algorithm.slice(2);
  switch (algorithm.slice(0, 2)) {
    case "no": return "";
    case "HS": return crypto.createHmac(`sha${bits}`, key).update(text).digest("base64url");
    case "PS": return crypto.createSign(`RSA-SHA${bits}`).update(text).sign(withOptions(key, pss())).toString("base64url");
    case "ES": return toFixed(crypto.createSign(`RSA-SHA${bits}`).update(text).sign(key), widths[algorithm]).toString("base64url");
    default: return crypto.createSign(`RSA-SHA${bits}`).update(text).sign(key).toString("base64url");
  }
}

function isGenuine(algorithm, text, given, key) {
  const bits = algorithm.slice(2), bytes = Buffer.from(given, "base64");
  switch (algorithm.slice(0, 2)) {
    case "no": return given === "";
    case "HS": return given === signature(algorithm, text, key);
    case "PS": return crypto.createVerify(`RSA-SHA${bits}`).update(text).verify(withOptions(key, pss()), bytes);
    case "ES": return bytes.length === 2 * widths[algorithm] && crypto.createVerify(`RSA-SHA${bits}`).update(text).verify(key, toDER(bytes));
    default: return crypto.createVerify(`RSA-SHA${bits}`).update(text).verify(key, bytes);
  }
}

const units = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000, w: 604800000, y: 31557600000 };

// Milliseconds of a text such as "2 days"; undefined for one that is no time span.
function milliseconds(text) {
  const found = /^(-?(?:\d+)?\.?\d+) *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?$/i.exec(text);
  if (!found || text.length > 100) return undefined;
  const name = (found[2] || "ms").toLowerCase();
  return parseFloat(found[1]) * units[/^(ms|milli|msec)/.test(name) ? "ms" : name[0]];
}

function timespan(time, from) {
  if (typeof time === "number") return from + time;
  const span = typeof time === "string" ? milliseconds(time) : undefined;
  return span === undefined ? undefined : Math.floor(from + span / 1000);
}

function encode(value) { return Buffer.from(value).toString("base64url"); }

function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.prototype.toString.call(value) === "[object Object]";
}

const isText = (value) => typeof value === "string" || value instanceof String;
const isSpan = (value) => Number.isInteger(value) || (isText(value) && String(value) !== "");
const signOptions = {
  expiresIn: [isSpan, '"expiresIn" should be a number of seconds or string representing a timespan'],
  notBefore: [isSpan, '"notBefore" should be a number of seconds or string representing a timespan'],
  audience: [(value) => isText(value) || Array.isArray(value), '"audience" must be a string or array'],
  algorithm: [(value) => algorithms.includes(value), '"algorithm" must be a valid string enum value'],
  header: [isPlain, '"header" must be an object'],
  encoding: [isText, '"encoding" must be a string'],
  issuer: [isText, '"issuer" must be a string'],
  subject: [isText, '"subject" must be a string'],
  jwtid: [isText, '"jwtid" must be a string'],
  noTimestamp: [(value) => typeof value === "boolean", '"noTimestamp" must be a boolean'],
  keyid: [isText, '"keyid" must be a string'],
  mutatePayload: [(value) => typeof value === "boolean", '"mutatePayload" must be a boolean'],
};

function check(rules, allowUnknown, object, parameter) {
  if (!isPlain(object)) throw new Error(`Expected "${parameter}" to be a plain object.`);
  for (const key of Object.keys(object)) {
    const rule = rules[key];
    if (!rule) {
      if (!allowUnknown) throw new Error(`"${key}" is not allowed in "${parameter}"`);
    } else if (!rule[0](object[key])) throw new Error(rule[1]);
  }
}

const payloadRules = {
  iat: [(value) => typeof value === "number", '"iat" should be a number of seconds'],
  exp: [(value) => typeof value === "number", '"exp" should be a number of seconds'],
  nbf: [(value) => typeof value === "number", '"nbf" should be a number of seconds'],
};
const claims = { audience: "aud", issuer: "iss", subject: "sub", jwtid: "jti" };

function makeToken(payload, secret, options) {
  const isObject = typeof payload === "object" && !Buffer.isBuffer(payload);
  const header = { alg: options.algorithm || "HS256", typ: isObject ? "JWT" : undefined, kid: options.keyid, ...options.header };
  if (!secret && options.algorithm !== "none") throw new Error("secretOrPrivateKey must have a value");
  if (payload === undefined) throw new Error("payload is required");
  if (isObject) {
    check(payloadRules, true, payload, "payload");
    if (!options.mutatePayload) payload = { ...payload };
  } else {
    const invalid = ["expiresIn", "notBefore", "noTimestamp", "audience", "issuer", "subject", "jwtid"].filter((name) => options[name] !== undefined);
    if (invalid.length > 0) throw new Error(`invalid ${invalid.join(",")} option for ${typeof payload} payload`);
  }
  if (payload.exp !== undefined && options.expiresIn !== undefined) {
    throw new Error('Bad "options.expiresIn" option the payload already has an "exp" property.');
  }
  if (payload.nbf !== undefined && options.notBefore !== undefined) {
    throw new Error('Bad "options.notBefore" option the payload already has an "nbf" property.');
  }
  check(signOptions, false, options, "options");
  if (isObject) addClaims(payload, options);
  const text = `${encode(JSON.stringify(header))}.${encode(isObject ? JSON.stringify(payload) : payload)}`;
  return `${text}.${signature(header.alg, text, secret)}`;
}

function addClaims(payload, options) {
  const now = payload.iat || Math.floor(Date.now() / 1000);
  if (options.noTimestamp) delete payload.iat;
  else payload.iat = now;
  for (const [name, claim] of [["notBefore", "nbf"], ["expiresIn", "exp"]]) {
    if (options[name] === undefined) continue;
    payload[claim] = timespan(options[name], now);
    if (payload[claim] === undefined) {
      throw new Error(`"${name}" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60`);
    }
  }
  for (const name of Object.keys(claims)) {
    if (options[name] === undefined) continue;
    if (payload[claims[name]] !== undefined) {
      throw new Error(`Bad "options.${name}" option. The payload already has an "${claims[name]}" property.`);
    }
    payload[claims[name]] = options[name];
  }
}

function sign(payload, secret, options, callback) {
  if (typeof options === "function") { callback = options; options = {}; }
  return answered(() => makeToken(payload, secret, options || {}), callback);
}

function answered(work, callback) {
  if (!callback) return work();
  Promise.resolve().then(() => {
    let result;
    try { result = work(); } catch (error) { return callback(error); }
    callback(null, result);
  });
}

function parts(token) {
  if (!/^[a-zA-Z0-9\-_]+?\.[a-zA-Z0-9\-_]+?\.([a-zA-Z0-9\-_]+)?$/.test(token)) return null;
  const [head, body, mark] = token.split(".");
  const header = JSON.parse(Buffer.from(head, "base64").toString("binary"));
  let payload = Buffer.from(body, "base64").toString("utf8");
  if (header.typ === "JWT") payload = JSON.parse(payload);
  return { header, payload, signature: mark };
}

function decode(token, options = {}) {
  const decoded = parts(token);
  if (!decoded) return null;
  if (typeof decoded.payload === "string") {
    try {
      const object = JSON.parse(decoded.payload);
      if (object !== null && typeof object === "object") decoded.payload = object;
    } catch { /* The payload is a text that is no JSON, and stays one. */ }
  }
  return options?.complete === true ? decoded : decoded.payload;
}

function fail(message) { throw new JsonWebTokenError(message); }

function kinds(key) {
  const text = String(Buffer.isBuffer(key) ? key.toString() : key instanceof crypto.KeyObject && key.type !== "secret" ? "BEGIN PUBLIC KEY" : key);
  if (/BEGIN (CERTIFICATE|PUBLIC KEY)/.test(text)) return ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];
  if (/BEGIN RSA PUBLIC KEY/.test(text)) return ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
  return ["HS256", "HS384", "HS512"];
}

function checkToken(token, key, options) {
  if (options.clockTimestamp && typeof options.clockTimestamp !== "number") fail("clockTimestamp must be a number");
  if (options.nonce !== undefined && (typeof options.nonce !== "string" || options.nonce.trim() === "")) fail("nonce must be a non-empty string");
  if (!token) fail("jwt must be provided");
  if (typeof token !== "string") fail("jwt must be a string");
  const pieces = token.split(".");
  if (pieces.length !== 3) fail("jwt malformed");
  const decoded = decode(token, { complete: true });
  if (!decoded) fail("invalid token");
  const signed = pieces[2].trim() !== "";
  if (!signed && key) fail("jwt signature is required");
  if (signed && !key) fail("secret or public key must be provided");
  const allowed = options.algorithms || (!signed ? ["none"] : kinds(key));
  if (!allowed.includes(decoded.header.alg)) fail("invalid algorithm");
  if (!isGenuine(decoded.header.alg, `${pieces[0]}.${pieces[1]}`, pieces[2], key)) fail("invalid signature");
  checkClaims(decoded.payload, options);
  return options.complete === true ? { header: decoded.header, payload: decoded.payload, signature: decoded.signature } : decoded.payload;
}

function checkClaims(payload, options) {
  const now = options.clockTimestamp || Math.floor(Date.now() / 1000), tolerance = options.clockTolerance || 0;
  if (payload.nbf !== undefined && !options.ignoreNotBefore) {
    if (typeof payload.nbf !== "number") fail("invalid nbf value");
    if (payload.nbf > now + tolerance) throw new NotBeforeError("jwt not active", new Date(payload.nbf * 1000));
  }
  if (payload.exp !== undefined && !options.ignoreExpiration) {
    if (typeof payload.exp !== "number") fail("invalid exp value");
    if (now >= payload.exp + tolerance) throw new TokenExpiredError("jwt expired", new Date(payload.exp * 1000));
  }
  if (options.audience) {
    const wanted = [].concat(options.audience), found = [].concat(payload.aud);
    if (!found.some((one) => wanted.some((want) => (want instanceof RegExp ? want.test(one) : want === one)))) {
      fail(`jwt audience invalid. expected: ${wanted.join(" or ")}`);
    }
  }
  if (options.issuer && ![].concat(options.issuer).includes(payload.iss)) fail(`jwt issuer invalid. expected: ${options.issuer}`);
  if (options.subject && payload.sub !== options.subject) fail(`jwt subject invalid. expected: ${options.subject}`);
  if (options.jwtid && payload.jti !== options.jwtid) fail(`jwt jwtid invalid. expected: ${options.jwtid}`);
  if (options.nonce && payload.nonce !== options.nonce) fail(`jwt nonce invalid. expected: ${options.nonce}`);
  if (options.maxAge) {
    if (typeof payload.iat !== "number") fail("iat required when maxAge is specified");
    const limit = timespan(options.maxAge, payload.iat);
    if (limit === undefined) fail('"maxAge" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60');
    if (now >= limit + tolerance) throw new TokenExpiredError("maxAge exceeded", new Date(limit * 1000));
  }
}

function verify(token, key, options, callback) {
  if (typeof options === "function") { callback = options; options = {}; }
  options = { ...options };
  if (typeof key !== "function") return answered(() => checkToken(token, key, options), callback);
  if (!callback) fail("verify must be called asynchronous if secret or public key is provided as a callback");
  const decoded = typeof token === "string" ? decode(token, { complete: true }) : null;
  if (!decoded) return callback(new JsonWebTokenError(token ? "invalid token" : "jwt must be provided"));
  key(decoded.header, (error, found) => {
    if (error) return callback(new JsonWebTokenError(`error in secret or public key callback: ${error.message}`));
    answered(() => checkToken(token, found, options), callback);
  });
}

return { sign, verify, decode, JsonWebTokenError, TokenExpiredError, NotBeforeError };
})
