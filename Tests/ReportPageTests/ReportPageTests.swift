import Models
import Testing

@testable import ReportPage

@Suite struct ReportPageTests {
    private let html: String
    private let page: Element

    init() throws {
        html = ReportPage.html(SampleReport.report(), version: "1.2.3")
        page = try Element(page: html)
    }

    @Test func theSameReportGivesTheSameBytes() {
        #expect(ReportPage.html(SampleReport.report(), version: "1.2.3") == html)
    }

    @Test func nothingIsLoadedOrRun() throws {
        for name in ["script", "link", "img", "iframe", "object", "embed", "form", "input", "base", "video", "audio", "use", "image", "foreignObject"] {
            #expect(page.all(name).isEmpty, "\(name)")
        }
        for element in page.all {
            for (key, value) in element.attributes {
                #expect(!key.hasPrefix("on") && key != "src" && key != "style", "\(element.name) \(key)")
                if key == "href" { #expect(value.hasPrefix("#"), "\(value)") }
            }
        }
        let css = try #require(page.all("style").first?.text)
        #expect(!css.contains("url(") && !css.contains("@import") && !css.contains("http"))
    }

    @Test func thePolicyForbidsAllLoadsAndKnowsThePagesOwnStyle() throws {
        let policy = try #require(page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }?.attributes["content"])
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        let css = try #require(page.all("style").first?.text)
        #expect(policy.contains(Base64.text(ofHexadecimal: SHA256.hexadecimal(of: Array(css.utf8)))))
        // The policy holds for what follows it only.
        let head = try #require(page.all("head").first?.elements.map(\.name))
        #expect(head.firstIndex(of: "style") ?? 0 > 1)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func base64IsAsTheStandardHasIt(text: String, encoded: String) {
        #expect(Base64.text(of: Array(text.utf8)) == encoded)
    }

    @Test func linksLeadToPartsOfThePage() {
        let ids = page.all.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        for link in page.all("a") { #expect(ids.contains(String(link.attributes["href"]?.dropFirst() ?? "")), "\(link.attributes)") }
    }

    @Test func everyChartSaysInWordsWhatItShows() {
        let charts = page.all("svg")
        #expect(charts.count >= 6)
        for chart in charts {
            if chart.attributes["aria-hidden"] == "true" { continue }
            #expect(chart.attributes["role"] == "img")
            #expect(chart.elements.first?.name == "title" && chart.elements.dropFirst().first?.name == "desc")
            #expect(chart.elements.first?.text.isEmpty == false && chart.elements.dropFirst().first?.text.isEmpty == false)
        }
        let words = charts.compactMap { $0.elements.dropFirst().first?.text }
        #expect(words.contains { $0.contains("Most failures on 27 Nov: 420") })
        #expect(words.contains { $0.contains("2 of 14 days have no figures") })
    }

    @Test func aDayThatWasNeverServedIsAnEmptyBoxAndZeroIsNone() throws {
        let gaps: (Element) -> Int = { $0.all("rect").count { $0.attributes["class"] == "gap" } }
        let chart = Charts.deliveries([DeliveryFigures(successes: 5), nil, DeliveryFigures()], names: ["2026-11-25", "2026-11-26", "2026-11-27"], title: "t", above: 20, below: 10)
        let drawn = try Element(page: chart.document)
        #expect(gaps(drawn) == 1)
        #expect(drawn.all("rect").count { $0.attributes["class"] == "ok" } == 1)
        #expect(drawn.all("title").map(\.text).contains("26 Nov: no figures") && drawn.all("title").map(\.text).contains("27 Nov: nothing to deliver"))
    }

    @Test func aSingleFailureAmongMillionsIsSeen() throws {
        let chart = Charts.deliveries(
            [DeliveryFigures(successes: 5_000_000, failures: 1), DeliveryFigures(successes: 5_000_000, failures: 90_000)], names: ["2026-11-26", "2026-11-27"],
            title: "t", above: 20, below: 10)
        let heights = try Element(page: chart.document).all("rect").filter { $0.attributes["class"] == "fail" }.compactMap { Double($0.attributes["height"] ?? "") }
        #expect(heights.count == 2 && heights[0] >= 2 && heights[1] > heights[0])
    }

    @Test func noTextFromElsewhereBecomesMarkup() throws {
        let evil = "\"><script>alert(1)</script><img src=x onerror='a'>&amp;\u{1B}[2J\u{202E}\u{0}]]>--><!--"
        let html = ReportPage.html(SampleReport.report { $0 + evil }, version: evil)
        let page = try Element(page: html)
        #expect(page.all("script").isEmpty && page.all("img").isEmpty)
        #expect(page.all.map(\.name) == self.page.all.map(\.name), "the same elements as without it")
        #expect(!html.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n" && $0 != "\t") || $0.value == 0x7F || $0.value == 0x202E })
        #expect(page.text.contains("Example Trading\"><script>alert(1)</script>") && page.text.contains("&amp;\\u{1B}[2J\\u{202E}\\u{0}"))
    }

    @Test func whatIsNotThereIsSaid() throws {
        let empty = ReportModel(
            subject: .init(context: "prod", origin: "https://posthog.example.com", organization: "", project: nil), madeAt: SampleReport.now,
            since: SampleReport.now, days: [SampleReport.now.day], projects: [], silentConfigCount: 0, errors: [], errorCount: 0, unseenErrorCount: 0, changes: [],
            hasMoreChanges: false, waiting: ReportWaiting(items: [], unsettledSteps: 0), freshness: [], archivedAt: nil, hasPersonalData: true)
        let text = try Element(page: ReportPage.html(empty, version: "1")).text
        for part in ["no figures of these days", "knows of no errors", "Nothing since", "Nothing is edited", "Nothing was ever pulled", "holds personal data"] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func aThousandConfigsMakeNoEndlessPage() throws {
        let configs = (1...1000).map { SampleReport.config(Int64($0), "Plugin \($0)", "Project \($0 % 3)", SampleReport.figures(100, failures: [13: Int64($0 % 5)])) }
        let html = ReportPage.html(SampleReport.report(configs: configs), version: "1")
        let page = try Element(page: html)
        #expect(page.all("tr").count < 200 && html.utf8.count < 1_000_000)
        #expect(page.text.contains("900 more configs"))
    }
}
