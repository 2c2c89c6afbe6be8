/// Numbers as a person reads them.
enum Figure {
    static func median(_ values: [Double]) -> Double {
        precondition(!values.isEmpty, "a median is of something")
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    static func milliseconds(_ value: Double) -> String {
        value < 100 ? "\(decimals(value, 1)) ms" : "\(grouped(Int(value.rounded()))) ms"
    }

    static func mebibytes(kilobytes: Int) -> String { "\(decimals(Double(kilobytes) / 1024, 1)) MiB" }

    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    static func decimals(_ value: Double, _ count: Int) -> String {
        var scale = 1
        for _ in 0..<count { scale *= 10 }
        let units = Int((value * Double(scale)).rounded())
        let fraction = String(units % scale)
        return "\(units / scale)." + String(repeating: "0", count: count - fraction.count) + fraction
    }
}
