(function (check, modules) {
"use strict";

const { Buffer, crypto, zlib } = modules;
// Keys made for these checks alone.
const keys = {
  "rsa": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDnoPlwWIS8eARp\nkNKxvIZ6lsICj6NKAUt2l5qDY/fkpWoTeESKnYGVujZlu+ydbx1iFgA7SSG9lCiY\nTyEB1VnTsVt7Jf+ohw5OMopFaTunX2MUZ8wMY0ty0bxyoa1Kr5Rl8J2+keXrxO40\nUacb8WtrHG4kDcGpn1y4W8/GMY/ns1h6WxqJBBDXQ0U37jhOQLygOuMjNXxkg+AB\nkjzlMOLzTrEjubmD4M1T8gyW0QlPWyv1djFlbzEM3gCSd1Wa6yShq4K/6+HL/YQV\n2Ie/Lwy8uF5FX2KKrdcrWRDO5x8AcaqwHcUOZLNZpOy5Av74WBU9CEjvE1t7Kgb0\nHCvrI7KbAgMBAAECggEAH6q71MwH9aZTisUwcPk3yh8TTiX/aoOLzXOuPa6spOyn\nzcVLBZ0Wqswxr1ibtu21LtmYKtggOJq+rrgJaLFCSHVTxEiDz9wLAiOEZjdGtGa6\nP9TC/6Hm85R7YZFQr53FOZHwVwNQ/kScVmMgEsC/m/4KjCZPUZaGfB6dOi5Ay38l\nujKTNK7J3aQ/atr3Y3zLnZjXBoQEi8tHEtDmq6LsmPHRn3dhxOo7Q+NgZTE4S33/\n8CPp+6jzBVpJZ5/khu7PHU2iaE1X5Iyfk/piY0byJXFYNsTqqgnupjosAvV4Y3fR\nJ6PJAVOu20C8JCCbdYZvv+RY1DTOQzhCehy53R5eEQKBgQD2uNYpDcE0GlJx4JCx\nAyeFp0RwEr50CXkX+j6yRRDIb5xvntSStU+7wV95pqID02ivdXE9ljp5XeIH5JJv\n2KiGhgPkHgjnyDnV7aMTAmmhi6vbb3pQrkBEKvBhst2K//Ii2eou0pLWkAgIQ8bX\nDNThqnYukXpe3GgA7i45VW8OawKBgQDwVtZWibRYDA7ZJeCUwveGg+F+QlYKL1KR\nQ1U7fo9nWlrmZlZXmqWKQdCLEI6jSmKvho1hRW8SESrzXNddRVMRplrg/hhwT3mP\nnZG3/IUcNST6fdxhi3UEQGQzb9NAvrlyfWzl50PkhdoSoSDyvS+hUUzRtxJVMn+E\nRGuKhUeYkQKBgGNi0eJ3x/xVHiEBdUfZHXKZjtgWtOHJbx5ZkCf/6mLTkxDjyn3O\ny++2Vd+LYHhqESGdDaDhg2yghQzo5pRnknueQLMD5lJ4NdQXhjmCH0sUGIaswXj+\nuKS9J1gz1UrJD6E6Zzu1V7FXE+VAaDj40kiVgkYAFGtiHgNB7xzpbXNBAoGBAMHr\nXw/+FgyA1i4xmK6PTYc0u+nS/ndDTZy1tnzFllGvHu8OHZabyfvvNKQwXNa2O0Aj\nEcotavwp6/zmqUKxn9/62RL3EqL0DUJqwduxHXnwC4EtsnbmPimLBw5VqR9xhFIz\nj31FB4vI0Hb9mYciTN8dqR0BWQJzN15ykk73URhxAoGAQZqLWv4cB3SEDtLV/cn9\n6JuR3iT2TWeGwRLaDNymDaxyN++eqAeybXgRSq4oMlgwmxFfsIrGWnC0Lx1QXmDT\nJKx8rG407fbGFCVBTnMjOQvYxBRsSKuOS4JqNMKNd+xgQzsBxQU/rVOD5chiYteM\nSMhwTKR9E8UAlmX7xO6xo4w=\n-----END PRIVATE KEY-----\n",
  "rsaPublic": "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA56D5cFiEvHgEaZDSsbyG\nepbCAo+jSgFLdpeag2P35KVqE3hEip2Blbo2ZbvsnW8dYhYAO0khvZQomE8hAdVZ\n07FbeyX/qIcOTjKKRWk7p19jFGfMDGNLctG8cqGtSq+UZfCdvpHl68TuNFGnG/Fr\naxxuJA3BqZ9cuFvPxjGP57NYelsaiQQQ10NFN+44TkC8oDrjIzV8ZIPgAZI85TDi\n806xI7m5g+DNU/IMltEJT1sr9XYxZW8xDN4AkndVmuskoauCv+vhy/2EFdiHvy8M\nvLheRV9iiq3XK1kQzucfAHGqsB3FDmSzWaTsuQL++FgVPQhI7xNbeyoG9Bwr6yOy\nmwIDAQAB\n-----END PUBLIC KEY-----\n",
  "rsaOld": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA56D5cFiEvHgEaZDSsbyGepbCAo+jSgFLdpeag2P35KVqE3hE\nip2Blbo2ZbvsnW8dYhYAO0khvZQomE8hAdVZ07FbeyX/qIcOTjKKRWk7p19jFGfM\nDGNLctG8cqGtSq+UZfCdvpHl68TuNFGnG/FraxxuJA3BqZ9cuFvPxjGP57NYelsa\niQQQ10NFN+44TkC8oDrjIzV8ZIPgAZI85TDi806xI7m5g+DNU/IMltEJT1sr9XYx\nZW8xDN4AkndVmuskoauCv+vhy/2EFdiHvy8MvLheRV9iiq3XK1kQzucfAHGqsB3F\nDmSzWaTsuQL++FgVPQhI7xNbeyoG9Bwr6yOymwIDAQABAoIBAB+qu9TMB/WmU4rF\nMHD5N8ofE04l/2qDi81zrj2urKTsp83FSwWdFqrMMa9Ym7bttS7ZmCrYIDiavq64\nCWixQkh1U8RIg8/cCwIjhGY3RrRmuj/Uwv+h5vOUe2GRUK+dxTmR8FcDUP5EnFZj\nIBLAv5v+CowmT1GWhnwenTouQMt/JboykzSuyd2kP2ra92N8y52Y1waEBIvLRxLQ\n5qui7Jjx0Z93YcTqO0PjYGUxOEt9//Aj6fuo8wVaSWef5Ibuzx1NomhNV+SMn5P6\nYmNG8iVxWDbE6qoJ7qY6LAL1eGN30SejyQFTrttAvCQgm3WGb7/kWNQ0zkM4Qnoc\nud0eXhECgYEA9rjWKQ3BNBpSceCQsQMnhadEcBK+dAl5F/o+skUQyG+cb57UkrVP\nu8FfeaaiA9Nor3VxPZY6eV3iB+SSb9iohoYD5B4I58g51e2jEwJpoYur2296UK5A\nRCrwYbLdiv/yItnqLtKS1pAICEPG1wzU4ap2LpF6XtxoAO4uOVVvDmsCgYEA8FbW\nVom0WAwO2SXglML3hoPhfkJWCi9SkUNVO36PZ1pa5mZWV5qlikHQixCOo0pir4aN\nYUVvEhEq81zXXUVTEaZa4P4YcE95j52Rt/yFHDUk+n3cYYt1BEBkM2/TQL65cn1s\n5edD5IXaEqEg8r0voVFM0bcSVTJ/hERrioVHmJECgYBjYtHid8f8VR4hAXVH2R1y\nmY7YFrThyW8eWZAn/+pi05MQ48p9zsvvtlXfi2B4ahEhnQ2g4YNsoIUM6OaUZ5J7\nnkCzA+ZSeDXUF4Y5gh9LFBiGrMF4/rikvSdYM9VKyQ+hOmc7tVexVxPlQGg4+NJI\nlYJGABRrYh4DQe8c6W1zQQKBgQDB618P/hYMgNYuMZiuj02HNLvp0v53Q02ctbZ8\nxZZRrx7vDh2Wm8n77zSkMFzWtjtAIxHKLWr8Kev85qlCsZ/f+tkS9xKi9A1CasHb\nsR158AuBLbJ25j4piwcOVakfcYRSM499RQeLyNB2/ZmHIkzfHakdAVkCczdecpJO\n91EYcQKBgEGai1r+HAd0hA7S1f3J/eibkd4k9k1nhsES2gzcpg2scjfvnqgHsm14\nEUquKDJYMJsRX7CKxlpwtC8dUF5g0ySsfKxuNO32xhQlQU5zIzkL2MQUbEirjkuC\najTCjXfsYEM7AcUFP61Tg+XIYmLXjEjIcEykfRPFAJZl+8TusaOM\n-----END RSA PRIVATE KEY-----\n",
  "rsaOldPublic": "-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEA56D5cFiEvHgEaZDSsbyGepbCAo+jSgFLdpeag2P35KVqE3hEip2B\nlbo2ZbvsnW8dYhYAO0khvZQomE8hAdVZ07FbeyX/qIcOTjKKRWk7p19jFGfMDGNL\nctG8cqGtSq+UZfCdvpHl68TuNFGnG/FraxxuJA3BqZ9cuFvPxjGP57NYelsaiQQQ\n10NFN+44TkC8oDrjIzV8ZIPgAZI85TDi806xI7m5g+DNU/IMltEJT1sr9XYxZW8x\nDN4AkndVmuskoauCv+vhy/2EFdiHvy8MvLheRV9iiq3XK1kQzucfAHGqsB3FDmSz\nWaTsuQL++FgVPQhI7xNbeyoG9Bwr6yOymwIDAQAB\n-----END RSA PUBLIC KEY-----\n",
  "ec": "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBh0hdUuncfqEfUsWLHl74yXqxP5br5RAZM4DiZHENx+oAoGCCqGSM49\nAwEHoUQDQgAEE5ujGDdt+Geoqlc+E3GlB4vsbvezFWpNwx5blJ8N4+nZu/Ej0qLQ\nljQ9O+iJluQz6D1PbDVcpMoKETIun48N7A==\n-----END EC PRIVATE KEY-----\n",
  "ecPublic": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEE5ujGDdt+Geoqlc+E3GlB4vsbvez\nFWpNwx5blJ8N4+nZu/Ej0qLQljQ9O+iJluQz6D1PbDVcpMoKETIun48N7A==\n-----END PUBLIC KEY-----\n"
};
const texts = ["", "abc", "héllo 😀", "x".repeat(200)];
for (const name of ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "SHA256", "sha512-256", "sha3-256", "ripemd160", "RSA-SHA256", "blake2b512", "shake128", "nope"]) {
  for (const text of texts) check(`hash ${name} ${text.length}`, () => crypto.createHash(name).update(text).digest("hex"));
  if (!name.startsWith("shake")) check(`hmac ${name}`, () => crypto.createHmac(name, "key").update("abc").update(Buffer.from("def")).digest("base64"));
}
for (const encoding of ["hex", "base64", "base64url", "latin1", undefined, "buffer"]) check(`digest ${encoding}`, () => crypto.createHash("sha256").update("a").digest(encoding));
check("hash of encoded text", () => crypto.createHash("sha256").update("616263", "hex").digest("hex"));
check("hash copy", () => { const one = crypto.createHash("sha1").update("a"); const two = one.copy(); return [one.update("b").digest("hex"), two.update("c").digest("hex")]; });
check("digest twice", () => { const one = crypto.createHash("sha1"); one.digest(); return one.digest(); });
check("update late", () => { const one = crypto.createHash("sha1"); one.digest(); return one.update("a"); });
check("update nothing", () => crypto.createHash("sha1").update());
check("update a number", () => crypto.createHash("sha1").update(5));
check("update an object", () => crypto.createHash("sha1").update({}));
check("no algorithm", () => crypto.createHash());
check("no key", () => crypto.createHmac("sha1"));
check("hmac twice", () => { const one = crypto.createHmac("sha1", "k"); one.digest(); return one.digest("hex"); });
check("key object", () => crypto.createHmac("sha256", crypto.createSecretKey(Buffer.from("k"))).update("a").digest("hex"));
check("xof", () => crypto.createHash("shake256", { outputLength: 8 }).update("a").digest("hex"));
check("random size", () => [crypto.randomBytes(0).length, crypto.randomBytes(33).length]);
check("random wrong", () => crypto.randomBytes("5"));
check("random negative", () => crypto.randomBytes(-1));
check("uuid form", () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
check("randomInt in range", () => { const n = crypto.randomInt(5, 7); return n === 5 || n === 6; });
check("timingSafeEqual", () => [crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("a")), crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("b"))]);
check("timingSafeEqual lengths", () => crypto.timingSafeEqual(Buffer.from("a"), Buffer.from("ab")));
check("timingSafeEqual text", () => crypto.timingSafeEqual("a", "a"));
check("pbkdf2", () => crypto.pbkdf2Sync("pass", "salt", 1000, 32, "sha256").toString("hex"));
check("pbkdf2 digest", () => crypto.pbkdf2Sync("pass", "salt", 1, 32, "nope"));
check("pbkdf2 callback", () => new Promise((resolve, reject) => crypto.pbkdf2("p", "s", 1, 8, "sha1", (error, key) => (error ? reject(error) : resolve(key)))));
check("scrypt", () => crypto.scryptSync("pass", "salt", 32).toString("hex"));
check("scrypt cost", () => crypto.scryptSync("pass", "salt", 16, { N: 1024 }).toString("hex"));
check("scrypt wrong", () => crypto.scryptSync("pass", "salt", 16, { N: 1000 }));
check("hkdf", () => Buffer.from(crypto.hkdfSync("sha256", "key", "salt", "info", 42)).toString("hex"));
check("some hashes", () => ["md5", "sha1", "sha256", "sha512"].every((name) => crypto.getHashes().includes(name)));
const secret = Buffer.from("0123456789abcdef0123456789abcdef"), vector = Buffer.from("abcdefghijklmnop");
for (const [name, size, ivSize] of [["aes-128-cbc", 16, 16], ["aes-256-cbc", 32, 16], ["AES-256-CBC", 32, 16], ["aes-256-ctr", 32, 16], ["aes-128-ecb", 16, 0], ["aes-192-cbc", 24, 16], ["des-ede3-cbc", 24, 8], ["chacha20", 32, 16]]) {
  const iv = ivSize === 0 ? null : vector.slice(0, ivSize), key = secret.slice(0, size);
  for (const text of texts) {
    check(`encrypt ${name} ${text.length}`, () => { const one = crypto.createCipheriv(name, key, iv); return one.update(text, "utf8", "hex") + one.final("hex"); });
    check(`round ${name} ${text.length}`, () => {
      const one = crypto.createCipheriv(name, key, iv), sealed = one.update(text, "utf8", "base64") + one.final("base64"), two = crypto.createDecipheriv(name, key, iv);
      return two.update(sealed, "base64", "utf8") + two.final("utf8");
    });
  }
}
check("pieces", () => { const one = crypto.createCipheriv("aes-256-cbc", secret, vector); return [one.update("a".repeat(10), "utf8", "hex"), one.update("b".repeat(10), "utf8", "hex"), one.final("hex")]; });
check("buffers", () => { const one = crypto.createCipheriv("aes-256-ctr", secret, vector); return [one.update("abc").toString("hex"), one.update("def").toString("hex"), one.final().length]; });
check("gcm", () => { const one = crypto.createCipheriv("aes-256-gcm", secret, vector.slice(0, 12)); one.setAAD(Buffer.from("aad")); const sealed = one.update("héllo", "utf8", "hex") + one.final("hex"); return [sealed, one.getAuthTag().toString("hex")]; });
check("gcm round", () => {
  const one = crypto.createCipheriv("aes-256-gcm", secret, vector.slice(0, 12)), sealed = Buffer.concat([one.update("héllo"), one.final()]), two = crypto.createDecipheriv("aes-256-gcm", secret, vector.slice(0, 12));
  two.setAuthTag(one.getAuthTag());
  return Buffer.concat([two.update(sealed), two.final()]).toString();
});
check("gcm forged", () => { const two = crypto.createDecipheriv("aes-256-gcm", secret, vector.slice(0, 12)); two.setAuthTag(Buffer.alloc(16)); two.update("abcd", "hex"); return two.final(); });
check("tag early", () => crypto.createCipheriv("aes-256-gcm", secret, vector.slice(0, 12)).getAuthTag());
check("short key", () => crypto.createCipheriv("aes-256-cbc", "short", vector));
check("short vector", () => crypto.createCipheriv("aes-256-cbc", secret, "short"));
check("unknown cipher", () => crypto.createCipheriv("nope", secret, vector));
check("bad decrypt", () => { const two = crypto.createDecipheriv("aes-256-cbc", secret, vector); two.update("00112233445566778899aabbccddeeff", "hex"); return two.final(); });
check("wrong length", () => { const two = crypto.createDecipheriv("aes-256-cbc", secret, vector); two.update("0011", "hex"); return two.final(); });
check("no padding", () => { const one = crypto.createCipheriv("aes-256-cbc", secret, vector).setAutoPadding(false); return one.update("0123456789abcdef", "utf8", "hex") + one.final("hex"); });
check("cipher info", () => ({ ...crypto.getCipherInfo("aes-256-cbc"), __proto__: null }));
for (const name of ["rsa", "rsaOld"]) for (const digest of ["RSA-SHA256", "sha256", "SHA512", "sha1"]) check(`sign ${name} ${digest}`, () => crypto.createSign(digest).update("abc").sign(keys[name], "base64"));
for (const name of ["rsaPublic", "rsaOldPublic", "rsa"]) check(`verify ${name}`, () => { const mark = crypto.createSign("sha256").update("abc").sign(keys.rsa); return [crypto.createVerify("sha256").update("abc").verify(keys[name], mark), crypto.createVerify("sha256").update("abd").verify(keys[name], mark)]; });
check("verify ec", () => { const mark = crypto.createSign("sha256").update("abc").sign(keys.ec); return crypto.createVerify("sha256").update("abc").verify(keys.ecPublic, mark); });
check("verify ec raw", () => { const mark = crypto.sign("sha256", Buffer.from("abc"), { key: keys.ec, dsaEncoding: "ieee-p1363" }); return [mark.length, crypto.verify("sha256", Buffer.from("abc"), { key: keys.ecPublic, dsaEncoding: "ieee-p1363" }, mark)]; });
check("verify pss", () => { const padding = crypto.constants.RSA_PKCS1_PSS_PADDING; const mark = crypto.sign("sha256", Buffer.from("abc"), { key: keys.rsa, padding, saltLength: 32 }); return crypto.verify("sha256", Buffer.from("abc"), { key: keys.rsaPublic, padding, saltLength: 32 }, mark); });
check("rsa encryption", () => crypto.privateDecrypt(keys.rsa, crypto.publicEncrypt(keys.rsaPublic, Buffer.from("secret"))).toString());
check("key types", () => [crypto.createPrivateKey(keys.ec).asymmetricKeyType, crypto.createPublicKey(keys.rsa).asymmetricKeyType, crypto.createPublicKey(keys.rsa).type, crypto.createSecretKey("abc", "utf8").symmetricKeySize]);
check("key export", () => crypto.createPublicKey(keys.rsa).export({ type: "spki", format: "pem" }) === keys.rsaPublic);
check("no private key", () => crypto.createSign("sha256").update("a").sign(""));
check("hash of a list", () => crypto.createHash("md5").update(new Uint16Array([1, 2])).digest("hex"));
const sample = "hello hello hello ".repeat(20);
for (const [pack, unpack] of [["gzip", "gunzip"], ["deflate", "inflate"], ["deflateRaw", "inflateRaw"], ["gzip", "unzip"], ["deflate", "unzip"]]) {
  check(`${pack} ${unpack}`, () => zlib[`${unpack}Sync`](zlib[`${pack}Sync`](sample)).toString() === sample);
  check(`${pack} bytes`, () => zlib[`${pack}Sync`](sample, { level: 9 }).toString("hex").replace(/^(1f8b0800000000000..).{2}/, "$1"));
  check(`${pack} callback`, () => new Promise((resolve, reject) => zlib[pack](Buffer.from(sample), (error, bytes) => (error ? reject(error) : resolve(zlib[`${unpack}Sync`](bytes).length)))));
}
for (const mode of ["gunzip", "inflate", "inflateRaw", "unzip"]) {
  check(`${mode} of no such thing`, () => zlib[`${mode}Sync`](Buffer.from("this is not compressed")));
  check(`${mode} of nothing`, () => zlib[`${mode}Sync`](Buffer.alloc(0)));
  check(`${mode} callback of no such thing`, () => new Promise((resolve, reject) => zlib[mode](Buffer.from("\xff\xff\xff"), (error, bytes) => (error ? reject(error) : resolve(bytes)))));
}
check("cut off", () => zlib.gunzipSync(zlib.gzipSync(sample).slice(0, 20)));
check("cut off but wanted", () => zlib.gunzipSync(zlib.gzipSync(sample).slice(0, 30), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).length > 0);
check("too large", () => zlib.gunzipSync(zlib.gzipSync(sample), { maxOutputLength: 10 }));
check("bad level", () => zlib.gzipSync("a", { level: 42 }));
check("of a number", () => zlib.gzipSync(5));
check("two members", () => zlib.gunzipSync(Buffer.concat([zlib.gzipSync("a"), zlib.gzipSync("b")])).toString());
check("dictionary", () => zlib.inflateSync(zlib.deflateSync("hello", { dictionary: Buffer.from("hello") }), { dictionary: Buffer.from("hello") }).toString());
check("missing dictionary", () => zlib.inflateSync(zlib.deflateSync("hello", { dictionary: Buffer.from("hello") })));
check("stream", () => new Promise((resolve, reject) => { const one = zlib.createGzip(), parts = []; one.on("data", (part) => parts.push(part)); one.on("end", () => resolve(zlib.gunzipSync(Buffer.concat(parts)).toString())); one.on("error", reject); one.write("ab"); one.end("cd"); }));
check("constants", () => [zlib.constants.Z_BEST_COMPRESSION, zlib.constants.Z_SYNC_FLUSH, zlib.Z_FINISH]);
})
