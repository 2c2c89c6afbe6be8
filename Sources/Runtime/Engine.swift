package import CJavaScriptCore

/// One JavaScript context in a heap of its own: nothing in it can touch the values of another engine.
///
/// Microtasks run when the outermost call into the engine returns. One owner, one thread.
/// - Source: docs/architecture.md, "The engine".
package final class Engine {
    /// The context; valid as long as the engine.
    package let context: JSGlobalContextRef
    private let group: JSContextGroupRef
    /// Shared by all functions that take texts: they run to their end, one after the other.
    let textBuffer = TextBuffer()
    private var rejectionHandler: ((_ promise: EngineValue, _ reason: EngineValue) -> Void)?

    package init() {
        guard let group = JSContextGroupCreate(), let context = JSGlobalContextCreateInGroup(group, nil) else {
            preconditionFailure("the JavaScript engine made no context")
        }
        self.group = group
        self.context = context
    }

    deinit {
        JSGlobalContextRelease(context)
        JSContextGroupRelease(group)
    }

    /// The global object.
    package var global: EngineValue { EngineValue(JSContextGetGlobalObject(context), in: self) }

    package var undefined: EngineValue { EngineValue(JSValueMakeUndefined(context), in: self) }

    /// Evaluates a script in the global scope and drains microtasks.
    ///
    /// - Parameter startingLine: The number of the script's first line in positions.
    /// - Throws: `EngineError`; `.terminated` when the time limit ended it.
    @discardableResult
    package func evaluate(_ source: String, name: String = "phsync", startingLine: Int = 1) throws(EngineError) -> EngineValue {
        try evaluate(JSStringCreateWithUTF8CString(source.replacingNUL), name, startingLine)
    }

    /// The same for a file of the program's own.
    func evaluate(_ file: LibraryFile, name: String) throws(EngineError) -> EngineValue {
        try evaluate(JSStringCreateWithUTF8CString(file.terminated), name, 1)
    }

    /// Releases the text.
    private func evaluate(_ text: JSStringRef?, _ name: String, _ startingLine: Int) throws(EngineError) -> EngineValue {
        let url = JSStringCreateWithUTF8CString(name)
        defer {
            JSStringRelease(text)
            JSStringRelease(url)
        }
        var exception: JSValueRef?
        let result = JSEvaluateScript(context, text, nil, url, Int32(startingLine), &exception)
        return try checked(result, exception)
    }

    /// Ends whatever runs when one entry into the engine takes more than `seconds` of processor time; nil takes the limit away.
    ///
    /// Each microtask counts as an entry of its own: an endless chain of short ones has to be ended by counting. After an end inside a
    /// microtask the engine refuses the next call too, so what was ended is to be thrown away.
    package func setTimeLimit(seconds: Double?) {
        guard let seconds else { return JSContextGroupClearExecutionTimeLimit(group) }
        JSContextGroupSetExecutionTimeLimit(group, seconds, { _, _ in true }, nil)
    }

    /// Calls `handler` for promises that were rejected and have no reaction when microtasks are drained.
    package func onUnhandledRejection(_ handler: @escaping (_ promise: EngineValue, _ reason: EngineValue) -> Void) {
        rejectionHandler = handler
        let function = makeFunction("onUnhandledRejection") { [unowned self] arguments in
            if arguments.count >= 2 { self.rejectionHandler?(arguments[0], arguments[1]) }
            return nil
        }
        var exception: JSValueRef?
        JSGlobalContextSetUnhandledRejectionCallback(context, function.object, &exception)
    }

    /// Frees what nothing refers to any more.
    package func collectGarbage() {
        JSGarbageCollect(context)
    }

    /// The result, or the exception as an error.
    func checked(_ result: JSValueRef?, _ exception: JSValueRef?) throws(EngineError) -> EngineValue {
        if let exception {
            throw EngineError(exception: EngineValue(exception, in: self))
        }
        return EngineValue(result ?? JSValueMakeUndefined(context), in: self)
    }
}

extension String {
    /// The engine's C strings end at a NUL byte; in JavaScript sources `\0` stands for the same character inside literals.
    var replacingNUL: String {
        utf8.contains(0) ? replacing("\0", with: "\\0") : self
    }
}
