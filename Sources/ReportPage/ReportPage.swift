package import Models

/// A report as one HTML page that needs nothing else: no script, no font, no picture, no network.
///
/// Pure: the same report gives the same bytes. Every text from elsewhere is escaped; the page's own policy forbids all loads, so that
/// even a mistake here could not make it ask for anything.
package enum ReportPage {
    /// The page's text, in UTF-8.
    ///
    /// - Parameter version: The program's, for the last line.
    package static func html(_ report: ReportModel, version: String) -> String {
        let body = [
            HeadSection.markup(report), DeliverySection.markup(report), ErrorSection.markup(report), ChangeSection.markup(report),
            WaitingSection.markup(report), FreshnessSection.markup(report), foot(report, version),
        ]
        let page = Markup.tag("html", ["lang": "en"], .tag("head", [:], head(report)), .tag("body", [:], .tag("main", [:], body)))
        return page.document
    }

    private static func head(_ report: ReportModel) -> [Markup] {
        [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void("meta", ["name": "referrer", "content": "no-referrer"]),
            .void("meta", ["name": "robots", "content": "noindex"]),
            .tag("title", [:], "\(report.subject.context): plugin report of \(DayText.moment(report.madeAt))"),
            .style(ReportStyle.css),
        ]
    }

    /// Nothing may be loaded or run; of styles only the page's own, by its digest.
    static var policy: String {
        "default-src 'none'; style-src 'sha256-\(Base64.text(ofHexadecimal: SHA256.hexadecimal(of: Array(ReportStyle.css.description.utf8))))';"
            + " base-uri 'none'; form-action 'none'"
    }

    private static func foot(_ report: ReportModel, _ version: String) -> Markup {
        let hidden = report.errors.reduce(PersonalDataSummary()) { $0 + $1.hidden }
        let data =
            report.hasPersonalData
            ? "Events are shown as the instance has them: this page holds personal data."
            : hidden.isEmpty
                ? "Personal data is left out of events and messages." : "Personal data is left out of events and messages: \(count(hidden.total, "place"))."
        return .tag(
            "footer", [:], .tag("p", [:], data + " Secrets are only ever shown as set or not set."),
            .tag("p", [:], "Made by phsync \(version) from its offline mirror, \(DayText.moment(report.madeAt)) UTC. All days are \(report.zoneText), all other times UTC."))
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(CountText.grouped(Int64(number))) \(noun)\(number == 1 ? "" : "s")" }
}

/// Bytes as base64, which a policy names digests in.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(ofHexadecimal text: String) -> String {
        let nibbles = text.utf8.map { $0 <= UInt8(ascii: "9") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
        return Base64.text(of: stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] })
    }

    static func text(of bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                output.append(place <= group.count ? digits[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
