import Models
import Testing

@Suite struct EventScrubberTests {
    private func scrub(_ event: JSONValue) -> JSONValue {
        var scrubber = EventScrubber()
        return scrubber.scrub(event)
    }

    @Test func whatAPluginTripsOverStays() {
        let event: JSONValue = [
            "event": "purchase", "team_id": 1, "timestamp": "2026-11-27T01:10:00Z",
            "properties": [
                "amount": 42, "currency": "chf", "is_new": true, "coupon": nil, "$browser": "Mobile Safari", "items": [["sku": "A-12", "qty": 2]],
                "started_at": 1_700_000_000_000, "version": "1.36.0", "$current_url": "https://shop.example.com/checkout/done",
            ],
        ]
        #expect(scrub(event) == event)
    }

    @Test(arguments: [
        ("distinct_id", "u17"), ("email", "x"), ("contact", "ida@example.com"), ("note", "ida@example.com"), ("$ip", "10.1.2.3"), ("origin", "10.1.2.3"),
        ("origin", "2001:db8::1"), ("firstName", "Ida"), ("user_name", "ida"), ("phone", "123"), ("note", "+49 171 1234567"), ("greeting", "Hello Ida Lovelace"),
        ("city", "Paris"), ("$geoip_city_name", "Paris"), ("$session_id", "abc"), ("token", "abc"), ("apiKey", "abc"), ("note", "Müller"),
        ("thing", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), ("thing", "a8f5f167f44f4964e6c998dee827110c"), ("name", "Ida"), ("userEmail", "x"),
        ("$elements_chain", "a:text"), ("customer", "ida"), ("thing", "phx_abcdefghijkl"),
    ])
    func whatSaysWhoSomebodyIsGoes(key: String, value: String) {
        var scrubber = EventScrubber()
        let result = scrubber.scrub(["properties": .object(JSONObject([.init(key: key, value: .string(value))]))])
        #expect(!result.text.contains(value), "\(result.text)")
        #expect(scrubber.summary.total == 1)
    }

    @Test func propertiesOfAPersonGoWhateverTheyAreCalled() {
        let event = scrub(["$set": ["plan": "gold", "seats": 3], "properties": ["$set_once": ["color": "red"], "person": ["x": ["y"]]]])
        for word in ["gold", "3", "red", "\"y\""] { #expect(!event.text.contains(word), "\(word) in \(event.text)") }
        #expect(event["$set"]?.object?.keys == ["plan", "seats"], "the names stay: a plugin may look for them")
    }

    @Test(arguments: [
        ("https://shop.example.com/a?email=ida%40example.com", "https://shop.example.com/a?…"), ("https://ida:secret@example.com/", "https://…@example.com/"),
        ("https://example.com/users/ida/orders", "https://example.com/users/…/orders"), ("https://example.com/p/123456/x", "https://example.com/p/…/x"),
        ("https://example.com/a#ida", "https://example.com/a#…"), ("android-app://com.example.app", "android-app://com.example.app"),
    ])
    func urlsKeepOnlyWhereTheyLead(url: String, shown: String) {
        #expect(scrub(["url": .string(url)])["url"] == .string(shown))
    }

    @Test func longNumbersGoUnlessTheyAreTimes() throws {
        let event = scrub(["card": 5, "order": 4_111_111_111, "sent_at": 1_700_000_000_000, "price": .number(try #require(JSONNumber("1234567.25"))), "count": 999_999])
        #expect(event["card"] == "‹number›" && event["order"] == "‹number›")
        #expect(event["sent_at"] == 1_700_000_000_000 && event["count"] == 999_999 && event["price"]?.number?.text == "1234567.25")
    }

    @Test func keysThatAreAddressesGoToo() {
        #expect(!scrub(["seen": ["ida@example.com": 1]]).text.contains("ida@example.com"))
    }

    @Test func whatWentFromTheEventGoesFromItsMessageAsWell() {
        var scrubber = EventScrubber()
        _ = scrubber.scrub(["distinct_id": "u17", "properties": ["customer": "Ida Lovelace", "x": "ok"]])
        #expect(scrubber.scrub(text: "no rate for u17 (Ida Lovelace), but u170 and ok") == "no rate for ‹person› (‹person›), but u170 and ok")
    }

    @Test func secretsGoEvenWhenPersonalDataIsAskedFor() {
        let event = EventScrubber.withoutSecrets(["email": "ida@example.com", "password": "hunter2", "url": "https://api.example.com/?app_id=12345&base=chf", "h": "Bearer abcdefghij"])
        #expect(event["email"] == "ida@example.com")
        #expect(!event.text.contains("hunter2") && !event.text.contains("12345") && !event.text.contains("abcdefghij"))
        #expect(event.text.contains("base=chf"))
    }
}

@Suite struct TextScrubberTests {
    private func scrub(_ text: String) -> String {
        var scrubber = TextScrubber()
        return scrubber.scrub(text)
    }

    @Test(arguments: [
        ("mail to <ida@example.com>, please", "mail to <‹email›>, please"), ("from 10.0.0.7:", "from ‹ip›:"), ("user=ida@example.com", "user=‹email›"),
        ("GET https://api.x.io/latest?app_id=1&base=chf failed", "GET https://api.x.io/latest?… failed"), ("call +49 171 1234567 now", "call ‹phone› now"),
        ("id '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'", "id '‹id›'"), ("Authorization: Bearer abcdefghij", "Authorization: Bearer ‹secret›"),
        ("apiKey=abc", "apiKey=‹secret›"), ("peer ::1 and fe80::1%eth0", "peer ‹ip› and fe80::1%eth0"),
    ])
    func whatSaysWhoSomebodyIsGoes(text: String, shown: String) {
        #expect(scrub(text) == shown)
    }

    @Test(arguments: [
        "Cannot read properties of undefined (reading 'toUpperCase')", "    at processEvent (index.ts:10:64)", "    at Object.run (/code/src/worker/vm/vm.ts:33:27)",
        "Unexpected token } in JSON at position 12", "10:12:44 took 1.5 s", "Foo::bar failed", "a + b = c", "",
        "2026-11-27T01:10:00.000Z", "Timeout: 30000ms",
    ])
    func everythingElseStays(text: String) {
        #expect(scrub(text) == text)
    }
}
