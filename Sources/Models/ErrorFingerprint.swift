/// What makes two failures the same mistake: plugin, name, the shape of the message, where in the plugin's own source, and
/// in which of its methods.
///
/// Stored groups were made with it, so a change of the rules begins new groups and leaves the old ones as they are.
package struct ErrorFingerprint: Sendable, Hashable {
    package let pluginID: PluginID
    package let name: String
    package let messageShape: String
    /// The function of the topmost frame in the plugin's own source; "" when there is no such frame, or it has no name.
    package let function: String
    /// "processEvent", …; "" when nothing tells.
    package let method: String

    package init(pluginID: PluginID, name: String, message: String, stack: String?, method: String = "") {
        self.init(
            pluginID: pluginID, name: name, messageShape: MessageShape.of(message),
            function: stack.flatMap(StackFrame.topOwn)?.function ?? "", method: method)
    }

    package init(pluginID: PluginID, name: String, messageShape: String, function: String, method: String) {
        self.pluginID = pluginID
        self.name = name
        self.messageShape = messageShape
        self.function = function
        self.method = method
    }

    /// 64 hexadecimal digits, the same on every machine.
    package var digest: String {
        var parts: [JSONValue] = [
            "error/1", JSONValue(pluginID.rawValue), .string(name), .string(messageShape), .string(function),
        ]
        // Groups from before methods were told apart keep theirs.
        if !method.isEmpty {
            parts[0] = "error/2"
            parts.append(.string(method))
        }
        return JSONValue.array(parts).digest
    }

    /// A number for plugin and shape alone, by which groups that may be the same are found.
    package var shapeNumber: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for shift in stride(from: Int64(0), to: 64, by: 8) { take(UInt8(truncatingIfNeeded: pluginID.rawValue >> shift)) }
        for byte in messageShape.utf8 { take(byte) }
        return Int64(bitPattern: hash)
    }

    /// Whether both may be the same mistake, though one tells less: what is "" on one side says nothing.
    package func isCompatible(with other: ErrorFingerprint) -> Bool {
        func agree(_ left: String, _ right: String) -> Bool { left == right || left.isEmpty || right.isEmpty }
        return pluginID == other.pluginID && messageShape == other.messageShape && agree(name, other.name)
            && agree(function, other.function) && agree(method, other.method)
    }

    /// Both together; only of compatible ones.
    package func completed(by other: ErrorFingerprint) -> ErrorFingerprint {
        ErrorFingerprint(
            pluginID: pluginID, name: name.isEmpty ? other.name : name, messageShape: messageShape,
            function: function.isEmpty ? other.function : function, method: method.isEmpty ? other.method : method)
    }
}

extension ErrorFingerprint {
    /// The group that a failure belongs to, among those with its plugin and shape, the latest first.
    ///
    /// The same one before one that tells more, before one that tells less and is completed by it, unless that would make
    /// it another group's twin. Sources tell more or less of one mistake: logs of some versions have no name, a config's
    /// last error no method.
    package static func match(_ failure: ErrorFingerprint, among known: [ErrorFingerprint]) -> Int? {
        if let same = known.firstIndex(of: failure) { return same }
        let compatible = known.indices.filter { known[$0].isCompatible(with: failure) }
        if let fuller = compatible.first(where: { known[$0].completed(by: failure) == known[$0] }) { return fuller }
        return compatible.first { !known.contains(known[$0].completed(by: failure)) }
    }
}

/// The methods of plugins as failures name them.
package enum PluginMethod {
    /// The functions that the plugin server calls.
    private static let entries: Set<String> = [
        "setupPlugin", "teardownPlugin", "processEvent", "processEventBatch", "onEvent", "onSnapshot", "onAction", "handleAlert",
        "exportEvents", "composeWebhook", "runEveryMinute", "runEveryHour", "runEveryDay",
    ]

    /// The same word for one method, whether a category of the metrics or a function names it.
    package static func normalized(_ name: String) -> String {
        switch name {
        case "webhook": "composeWebhook"
        case "runEveryMinute", "runEveryHour", "runEveryDay": MetricCategory.scheduledTask
        case "processEventBatch": MetricCategory.processEvent
        default: name
        }
    }

    /// The method that a stack leads to: the outermost frame of the plugin's own that is one.
    package static func of(stack: [StackFrame]) -> String? {
        stack.last { $0.isOwn && entries.contains($0.function) }.map { normalized($0.function) }
    }
}
