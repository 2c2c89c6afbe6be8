import Foundation
import Models
@testable import Runtime
import TestSupport
import Testing

@Suite struct PluginLibraryTests {
    /// Checks and what Node answered to them are files under Tests/Fixtures/runtime/library.
    @Test(arguments: ["buffer", "url", "crypto"])
    func answersAsNodeDid(_ name: String) throws {
        let environment = try LibraryEngine(nodeVersion: 20)
        let engine = environment.engine
        let expected = try JSONValue(parsing: try Fixtures.bytes("runtime/library/\(name).json")).object ?? JSONObject()
        var answers: [String: String] = [:]
        let report = engine.makeFunction("report") { arguments in
            answers[arguments[0].text] = arguments[1].text
            return nil
        }
        let run = try engine.evaluate(script("describe"))
        let modules = try engine.evaluate(
            "({ Buffer: library('buffer').Buffer, url: library('url'), crypto: library('crypto'), zlib: library('zlib') })")
        try run.call([modules, try engine.evaluate(script(name)), report])
        let wrong = expected.members.filter { answers[$0.key] != $0.value.string }.map { "\($0.key): \(answers[$0.key] ?? "nothing")" }
        #expect(wrong == [])
        #expect(answers.count == expected.members.count)
    }

    private func script(_ name: String) throws -> String {
        String(decoding: try Fixtures.bytes("runtime/library/\(name).js"), as: UTF8.self)
    }

    @Test func bytesAreNoInstancesOfTheSandboxsUint8Array() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { Buffer } = library("buffer"), bytes = Buffer.from("é");
                return [bytes instanceof Buffer, bytes instanceof Uint8Array, bytes instanceof Object, `${bytes}`, bytes.length].join();
                """) == "true,false,true,é,2")
    }

    @Test func nothingIsEvaluatedBeforeItIsUsed() throws {
        let environment = try LibraryEngine()
        #expect(try environment.text("return typeof importModule('crypto').createHash") == "function")
        #expect(try environment.text("return String(importModule('no-such-module'))") == "undefined")
        #expect(try environment.text("return String(importModule('constructor'))") == "undefined")
    }

    @Test func workThatWouldNeverEndIsRefused() throws {
        let environment = try LibraryEngine()
        #expect(try environment.text("library('crypto').pbkdf2Sync('a', 'b', 2000000000, 64, 'sha512')").contains("too long"))
        #expect(try environment.text("library('crypto').scryptSync('a', 'b', 64, { N: 2 ** 30, maxmem: 2 ** 40 })").contains("too long"))
        #expect(try environment.text("library('crypto').randomBytes(2147483647)").contains("allocation failed"))
        #expect(try environment.text("library('zlib').gunzipSync(library('zlib').gzipSync('a'.repeat(1e6)), { maxOutputLength: 1000 })").contains("larger than 1000"))
    }

    @Test func tokensAreSignedAndVerified() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const jwt = importModule("jsonwebtoken");
                return jwt.sign({ sub: "1234567890", name: "John Doe", iat: 1516239022 }, "your-256-bit-secret");
                """)
                == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
                + "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")
        #expect(
            try environment.text(
                """
                const jwt = importModule("jsonwebtoken"), now = Math.floor(Date.now() / 1000), results = [];
                const attempt = (action) => { try { results.push(JSON.stringify(action())) } catch (error) { results.push(`${error.name}: ${error.message}`) } };
                attempt(() => jwt.verify(jwt.sign({ a: 1 }, "k", { expiresIn: "1h" }), "k").a);
                attempt(() => jwt.verify(jwt.sign({ a: 1 }, "k"), "other"));
                attempt(() => jwt.verify(jwt.sign({ exp: now - 10 }, "k"), "k"));
                attempt(() => jwt.verify(jwt.sign({}, "k", { notBefore: 60 }), "k"));
                attempt(() => jwt.verify("a.b", "k"));
                attempt(() => jwt.verify("", "k"));
                attempt(() => jwt.verify(jwt.sign({ aud: "x" }, "k"), "k", { audience: "y" }));
                attempt(() => jwt.verify(jwt.sign({}, "k"), "k", { algorithms: ["RS256"] }));
                attempt(() => jwt.sign({}, ""));
                attempt(() => jwt.sign({ exp: 1 }, "k", { expiresIn: 5 }));
                attempt(() => jwt.sign({}, "k", { expiresIn: "soon" }));
                attempt(() => jwt.decode(jwt.sign({ iat: 5, b: 2 }, "k")));
                attempt(() => jwt.decode("nonsense"));
                return results.join("\\n");
                """)
                == """
                1
                JsonWebTokenError: invalid signature
                TokenExpiredError: jwt expired
                NotBeforeError: jwt not active
                JsonWebTokenError: jwt malformed
                JsonWebTokenError: jwt must be provided
                JsonWebTokenError: jwt audience invalid. expected: y
                JsonWebTokenError: invalid algorithm
                Error: secretOrPrivateKey must have a value
                Error: Bad "options.expiresIn" option the payload already has an "exp" property.
                Error: "expiresIn" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60
                {"iat":5,"b":2}
                null
                """)
    }

    @Test(arguments: ["RS256", "RS512", "PS256", "ES256"])
    func tokensWithKeyPairsAreVerifiedByThePublicKey(_ algorithm: String) throws {
        let environment = try LibraryEngine()
        let source = try script("crypto")
        let keys = source.components(separatedBy: "const keys = ")[1].components(separatedBy: ";\nconst texts")[0]
        let names = algorithm.hasPrefix("ES") ? ("ec", "ecPublic") : ("rsa", "rsaPublic")
        #expect(
            try environment.text(
                """
                const keys = \(keys), jwt = importModule("jsonwebtoken");
                const token = jwt.sign({ a: 1 }, keys.\(names.0), { algorithm: "\(algorithm)" });
                let forged = "accepted";
                try { jwt.verify(token.slice(0, -4) + "AAAA", keys.\(names.1)) } catch (error) { forged = error.message }
                return [jwt.verify(token, keys.\(names.1)).a, forged].join();
                """) == "1,invalid signature")
    }

    /// Made by Node's own crypto: what is deterministic has the same bytes, what isn't is verified.
    @Test func tokensAreThoseThatNodeMakes() throws {
        let environment = try LibraryEngine()
        let keys = try script("crypto").components(separatedBy: "const keys = ")[1].components(separatedBy: ";\nconst texts")[0]
        let es = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxLCJpYXQiOjV9.bHt0bnx7ETVosYNKFPC1BFubkhqFUC5ad2-WBwksIX-X9ThuWbTf_IHZIQK2qD"
            + "LhDV7_PIE4eX4ttwYO6-aTCA"
        let ps = "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxLCJpYXQiOjV9.nWl61uZRelp-sFtfT_r3rRi0czsgI4W49tVF9EfnS7azwxW6SIT5TgRL-44a7k"
            + "ll1ZOSVYLwlKdXB1n6bMf1QWZMlx1P_zVjLbQUr1jrDkJfv0WRN2NDZxEqFqGwmaOTnzeKYk2DxxYQWH3w-K60hpWFHAQWw2ycYusFY_GQfJUZ6dnoaeU7k-"
            + "8xaVSBXyZXR3cMaUoR9W8WrDEh61USMXmLkhT-qZRigHVI6yjiblkyhVuJ4qiZlqyp6yNUD9xYhEz7ID6-X2rI3cBnBQnMbvJZHIAVW1XNRSgIs476VPnA6E"
            + "JjahIkruF-VKo5lM32Ujl39NjPufUMhaN-lWW3NA"
        #expect(
            try environment.text(
                """
                const keys = \(keys), jwt = importModule("jsonwebtoken"), crypto = importModule("crypto");
                const digest = (token) => crypto.createHash("sha256").update(token).digest("hex");
                const payload = { a: 1, iat: 5, exp: 65, iss: "me@x" };
                return [
                  digest(jwt.sign(payload, keys.rsa, { algorithm: "RS256" })), digest(jwt.sign(payload, keys.rsa, { algorithm: "RS512", keyid: "1" })),
                  digest(jwt.sign(payload, "k", { algorithm: "HS384" })), jwt.verify("\(es)", keys.ecPublic).a, jwt.verify("\(ps)", keys.rsaPublic).a,
                ].join("\\n");
                """)
                == """
                035d7ca49392502f96aae7ea9d453e19a74179b5b0a5bd33ae22343770ec7690
                0b5e2f5b5ad5633313877fd3a04589d0fbcb9ff22ef17bed9d2ae0a837a7bc91
                8157342203dee3fc060fe2d4dbc5e7a5cd1a93f4423dccc7fc02a6e91c49e25f
                1
                1
                """)
    }

    @Test func servicesAreRecordedAndAnsweredInEveryStyle() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const AWS = importModule("aws-sdk"), { Client } = importModule("pg"), { BigQuery } = importModule("@google-cloud/bigquery");
                host.answers = { "aws-sdk": { "S3.getObject": { Body: "x" }, "S3.putObject": { $error: { message: "denied", code: "AccessDenied" } } } };
                const s3 = new AWS.S3({ region: "eu" }), results = [];
                results.push((await s3.getObject({ Bucket: "b" }).promise()).Body);
                results.push(await s3.putObject({ Key: "k" }).promise().catch((error) => error.code));
                results.push(await new Promise((resolve) => s3.upload({ Key: "u" }, (error) => resolve(String(error)))));
                const client = new Client();
                await client.connect();
                results.push((await client.query("SELECT $1", [1])).rows.length);
                const [exists] = await new BigQuery().dataset("d").table("t").exists();
                results.push(exists);
                return results.join() + "\\n" + host.calls.join("\\n");
                """)
                == """
                x,AccessDenied,null,0,true
                aws-sdk new S3 [{"region":"eu"}]
                aws-sdk S3.getObject [{"Bucket":"b"}]
                aws-sdk S3.putObject [{"Key":"k"}]
                aws-sdk S3.upload [{"Key":"u"},{"$":"function"}]
                pg new Client []
                pg Client.connect []
                pg Client.query ["SELECT $1",[1]]
                @google-cloud/bigquery new BigQuery []
                @google-cloud/bigquery BigQuery.dataset ["d"]
                @google-cloud/bigquery BigQuery.dataset.table ["t"]
                @google-cloud/bigquery BigQuery.dataset.table.exists []
                """)
    }

    @Test func snowflakeAnswersThroughTheFunctionInItsOptions() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const snowflake = importModule("snowflake-sdk"), connection = snowflake.createConnection({ account: "a" });
                await new Promise((resolve, reject) => connection.connect((error, made) => (error ? reject(error) : resolve(made))));
                const rows = await new Promise((resolve) => connection.execute({ sqlText: "SELECT 1", complete: (error, statement, rows) => resolve(rows) }));
                return JSON.stringify(rows);
                """) == "[]")
    }

    @Test func buffersFlushWhenFullOrOld() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const flushed = [], { createBuffer } = importModule("@posthog/plugin-contrib");
                const buffer = createBuffer({ limit: 10, timeoutSeconds: 1, onFlush: (objects, points) => { flushed.push(`${objects.join("+")}=${points}`) } });
                buffer.add("a", 6); buffer.add("b", 6); buffer.add("c", 20); buffer.add("d");
                await null;
                host.fire();
                await null;
                return flushed.join();
                """) == "a=6,b=6,c=20,d=1")
    }

    @Test func poolsHandOutResourcesInOrder() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { createPool } = importModule("generic-pool"), log = [];
                let count = 0;
                const pool = createPool({ create: async () => ++count, destroy: async (one) => { log.push(`destroy ${one}`) } }, { max: 1 });
                const first = await pool.acquire(), second = pool.acquire();
                log.push(first, pool.pending);
                await pool.release(first);
                log.push(await second);
                await pool.release(1);
                await pool.drain();
                await pool.clear();
                log.push(await pool.acquire().catch((error) => error.message));
                return log.join();
                """) == "1,1,1,destroy 1,pool is draining and cannot accept work")
    }

    @Test func brotliIsWrittenInStoredBlocksAndReadBack() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const zlib = library("zlib");
                const sizes = [0, 1, 65536, 65537, 200000].map((size) => {
                  const packed = zlib.brotliCompressSync("a".repeat(size));
                  return `${packed.length} ${zlib.brotliDecompressSync(packed).length}`;
                });
                const called = await new Promise((resolve) => zlib.brotliCompress("hi", (error, packed) => resolve(packed.toString("hex"))));
                return [...sizes, called].join();
                """) == "1 0,5 1,65540 65536,65544 65537,200013 200000,8b0080686903")
        #expect(
            try environment.text("library('zlib').brotliDecompressSync(Buffer.from('1b1000f8a5402de78dc8cac0e2b102', 'hex'))".replacing("Buffer", with: "library('buffer').Buffer"))
                == "Error: Brotli streams can't be decompressed in this runtime")
    }

    @Test func goingThroughAStandInsAnswerIsGoingThroughAnEmptyList() throws {
        let environment = try LibraryEngine()
        #expect(
            try environment.text(
                """
                const { Kinesis } = importModule("aws-sdk");
                const seen = [];
                await new Promise((resolve) => new Kinesis({}).describeStream({}, (error, data) => {
                  data.StreamDescription.Shards.forEach((shard) => seen.push(shard));
                  resolve(seen.push(...data.Shards.map(String), error));
                }));
                return JSON.stringify(seen) + host.calls.length;
                """) == "[null]2")
    }
}
