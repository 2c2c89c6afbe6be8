/// What the name of a member tells about its value.
enum PersonalKeys {
    /// Whether values under this key say who somebody is, where they are or how to reach them.
    static func isPersonal(_ key: String) -> Bool {
        if known.contains(key.lowercased()) { return false }
        let words = words(of: key)
        return words.contains(where: personal.contains) || words.joined() == "name" || pairs(words).contains(where: personalPairs.contains)
    }

    /// Whether values under this key are keys to something, whatever else may be shown.
    static func isSecret(_ key: String) -> Bool {
        let words = words(of: key)
        return words.contains(where: secret.contains) || pairs(words).contains(where: secretPairs.contains)
    }

    /// Whether a text under this key may have spaces and still says nothing about a person.
    static func isKnownSafe(_ key: String) -> Bool { known.contains(key.lowercased()) }

    /// "firstName", "first_name" and "$first-name" are first, name.
    static func words(of key: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for character in key {
            if character.isLetter || character.isNumber {
                if character.isUppercase, wasLower {
                    words.append(word)
                    word = ""
                }
                wasLower = !character.isUppercase
                word += character.lowercased()
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
                wasLower = false
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    private static func pairs(_ words: [String]) -> [String] { zip(words, words.dropFirst()).map { "\($0) \($1)" } }

    /// What PostHog's own libraries write about programs, not people.
    private static let known: Set<String> = [
        "$browser", "$browser_version", "$os", "$os_version", "$lib", "$lib_version", "$device_type", "$event_type", "$screen_height",
        "$screen_width", "$viewport_height", "$viewport_width", "$plugins_succeeded", "$plugins_failed", "$plugins_deferred", "$timezone",
        "$insert_at", "$app_version", "$app_build", "$app_namespace", "event", "token_type", "plugin", "team_id", "project_id",
    ]

    private static let personal: Set<String> = [
        "email", "emails", "mail", "phone", "phones", "tel", "telephone", "mobile", "fax", "whatsapp", "address", "addresses", "street", "zip",
        "zipcode", "postal", "postcode", "city", "town", "village", "lat", "latitude", "lng", "lon", "longitude", "geoip", "location", "coordinates",
        "ip", "ips", "ipaddress", "user", "users", "username", "userid", "login", "nickname", "person", "persons", "people", "customer", "customers",
        "client", "member", "members", "contact", "contacts", "account", "owner", "author", "recipient", "recipients", "sender", "profile",
        "employee", "patient", "student", "birthday", "birthdate", "birth", "dob", "age", "gender", "sex", "ssn", "passport", "iban", "bic", "card",
        "cc", "distinct", "anon", "anonymous", "visitor", "uuid", "guid", "fingerprint", "avatar", "picture", "photo", "gclid", "fbclid", "msclkid",
        "firstname", "lastname", "fullname", "surname", "forename", "elements", "chain", "group", "groups", "alias", "handle", "slack", "twitter",
    ]

    private static let personalPairs: Set<String> = [
        "first name", "last name", "full name", "given name", "family name", "display name", "company name", "el text", "session id", "window id",
        "device id", "insert id", "house number", "tax number", "vat id", "tax id",
    ]

    private static let secret: Set<String> = [
        "password", "passwd", "pwd", "passphrase", "secret", "token", "tokens", "apikey", "auth", "authorization", "credential", "credentials",
        "cookie", "cookies", "jwt", "cvv", "cvc", "pin", "signature", "otp", "bearer",
    ]

    private static let secretPairs: Set<String> = ["api key", "private key", "access key", "app key", "app id", "client id", "secret key", "license key"]
}
