import Models

/// Charts as SVG that stretches to the width it is given: bars and lines only, all text beside them is HTML.
///
/// What is handled stands above a line, what failed hangs below it on a scale of its own: position tells them apart, not colour,
/// and ten failures among millions are seen. A day that was never served is an empty dashed box.
enum Charts {
    private static let step = 10
    private static let inset = 1

    /// Deliveries day by day.
    ///
    /// - Parameter size: The heights above and below the line.
    static func deliveries(_ days: [DeliveryFigures?], names: [String], title: String, above: Int, below: Int) -> Markup {
        let handled = ChartScale(maximum: Double(days.compactMap { $0?.handled }.max() ?? 0))
        let failed = ChartScale(maximum: Double(days.compactMap { $0?.failures }.max() ?? 0))
        let bars = zip(days, names).enumerated().map { index, day in
            bar(day.0, at: index, above: above, below: below, handled, failed, tip: "\(DayText.short(day.1)): \(figures(day.0))")
        }
        let baseline = line(at: Double(above), "axis", width: days.count)
        return svg(days.count, height: above + below + 1, title: title, description: summary(days, names), bars + [baseline])
    }

    /// Counts day by day.
    static func counts(_ counts: [Int], names: [String], title: String, height: Int) -> Markup {
        let scale = ChartScale(maximum: Double(counts.max() ?? 0))
        let bars = zip(counts, names).enumerated().map { index, day -> Markup in
            let tip = "\(DayText.short(day.1)): \(day.0)"
            return .tag("g", [:], [.tag("title", [:], tip), column(index, height), rect(index, from: height, scale.fraction(Double(day.0)), upTo: height, "fail")])
        }
        return svg(counts.count, height: height + 1, title: title, description: summary(counts, names), bars + [line(at: Double(height), "axis", width: counts.count)])
    }

    private static func bar(
        _ day: DeliveryFigures?, at index: Int, above: Int, below: Int, _ handled: ChartScale, _ failed: ChartScale, tip: String
    ) -> Markup {
        guard let day else {
            let box = Markup.void("rect", [
                "class": "gap", "x": "\(index * step + inset)", "y": "1", "width": "\(step - 2 * inset)", "height": "\(above + below - 1)",
            ])
            return .tag("g", [:], [.tag("title", [:], tip), box])
        }
        let delivered = day.successes + day.retries
        let retried = handled.fraction(Double(day.retries))
        var parts: [Markup] = [.tag("title", [:], tip), column(index, above + below)]
        parts.append(rect(index, from: above, handled.fraction(Double(delivered)), upTo: above, "ok"))
        if day.retries > 0 { parts.append(rect(index, from: above, retried, upTo: above, "retry")) }
        if day.failures > 0 { parts.append(hanging(index, from: above, failed.fraction(Double(day.failures)), downTo: below)) }
        return .tag("g", [:], parts)
    }

    /// Takes the pointer where the bar is low, so that its text is found.
    private static func column(_ index: Int, _ height: Int) -> Markup {
        .void("rect", ["class": "hit", "x": "\(index * step)", "y": "0", "width": "\(step)", "height": "\(height)"])
    }

    private static func rect(_ index: Int, from base: Int, _ fraction: Double, upTo height: Int, _ kind: String) -> Markup {
        let size = visible(fraction, of: height)
        guard size > 0 else { return .none }
        return .void("rect", [
            "class": kind, "x": "\(index * step + inset)", "y": decimal(Double(base) - size), "width": "\(step - 2 * inset)", "height": decimal(size),
        ])
    }

    private static func hanging(_ index: Int, from base: Int, _ fraction: Double, downTo height: Int) -> Markup {
        .void("rect", [
            "class": "fail", "x": "\(index * step + inset)", "y": "\(base + 1)", "width": "\(step - 2 * inset)",
            "height": decimal(visible(fraction, of: height)),
        ])
    }

    /// What is not zero is at least two units high.
    private static func visible(_ fraction: Double, of height: Int) -> Double {
        fraction > 0 ? max(2, fraction * Double(height)) : 0
    }

    private static func line(at y: Double, _ kind: String, width: Int) -> Markup {
        .void("line", ["class": kind, "x1": "0", "x2": "\(width * step)", "y1": decimal(y + 0.5), "y2": decimal(y + 0.5)])
    }

    private static func svg(_ count: Int, height: Int, title: String, description: String, _ children: [Markup]) -> Markup {
        .tag(
            "svg",
            ["class": "chart", "role": "img", "viewBox": "0 0 \(max(1, count) * step) \(height)", "preserveAspectRatio": "none"],
            [.tag("title", [:], title), .tag("desc", [:], description)] + children)
    }

    /// Two decimals, which no locale writes in another way.
    private static func decimal(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return fraction == 0 ? "\(hundredths / 100)" : "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

// MARK: The same in words

extension Charts {
    static func figures(_ day: DeliveryFigures?) -> String {
        guard let day else { return "no figures" }
        guard day.handled > 0 else { return "nothing to deliver" }
        let retries = day.retries > 0 ? ", \(CountText.grouped(day.retries)) retried" : ""
        return "\(CountText.grouped(day.handled)) handled\(retries), \(CountText.grouped(day.failures)) failed, \(day.rateText ?? "") delivered"
    }

    /// What somebody who doesn't see the chart has to know of it.
    static func summary(_ days: [DeliveryFigures?], _ names: [String]) -> String {
        guard let total = DeliveryFigures.sum(days), let first = names.first, let last = names.last else { return "No figures." }
        var text = "From \(DayText.short(first)) to \(DayText.short(last)): \(figures(total))."
        if let worst = days.indices.filter({ (days[$0]?.failures ?? 0) > 0 }).max(by: { (days[$0]?.failures ?? 0) < (days[$1]?.failures ?? 0) }) {
            text += " Most failures on \(DayText.short(names[worst])): \(CountText.grouped(days[worst]?.failures ?? 0))."
        }
        let gaps = days.count { $0 == nil }
        return gaps > 0 ? text + " \(gaps) of \(days.count) days have no figures." : text
    }

    static func summary(_ counts: [Int], _ names: [String]) -> String {
        guard let most = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[most] > 0 else { return "None in these days." }
        return "\(counts.reduce(0, +)) in \(counts.count) days, most on \(DayText.short(names[most])): \(counts[most])."
    }
}
