internal import CJavaScriptCore

/// What a Swift closure does when a script calls it; nil returns undefined.
package typealias HostFunction = (_ arguments: [EngineValue]) throws -> EngineValue?

extension Engine {
    /// A function object that calls `body`.
    ///
    /// What `body` throws is thrown into the script: an `EngineError.thrown` as its value, anything else as an `Error` with its description.
    /// The closure must not hold the engine or its values strongly: the engine owns the closure.
    package func makeFunction(_ name: String, _ body: @escaping HostFunction) -> EngineValue {
        let box = FunctionBox(engine: self, body: body)
        let object = JSObjectMake(context, FunctionBox.objectClass, Unmanaged.passRetained(box).toOpaque())
        let function = EngineValue(object, in: self)
        if let object, let prototype = global["Function"]["prototype"].object { JSObjectSetPrototype(context, object, prototype) }
        function.set("name", make(name))
        return function
    }
}

extension Engine {
    /// A function object that hands the UTF-8 of its first argument, a string without unpaired surrogates, to `body`, and returns what that does.
    ///
    /// The bytes are valid during the call. As for `makeFunction`, the closure must not hold the engine or its values strongly.
    func makeTextFunction(_ body: @escaping (UnsafeRawBufferPointer) -> Bool) -> EngineValue {
        let box = TextBox(buffer: textBuffer, body: body)
        let object = JSObjectMake(context, TextBox.objectClass, Unmanaged.passRetained(box).toOpaque())
        let function = EngineValue(object, in: self)
        if let object, let prototype = global["Function"]["prototype"].object { JSObjectSetPrototype(context, object, prototype) }
        return function
    }

    /// Calls the function with a text, which ends with a NUL, and a number; nothing of it is kept beyond the call.
    ///
    /// - Returns: Whether it returned undefined or what counts as true.
    func call(_ function: EngineValue, text: UnsafePointer<UInt8>, _ number: Double) throws(EngineError) -> Bool {
        guard let object = function.object else { throw .thrown(makeError("there is no such function", type: "TypeError")) }
        var exception: JSValueRef?
        let result = text.withMemoryRebound(to: CChar.self, capacity: 1) { text -> JSValueRef? in
            let string = JSStringCreateWithUTF8CString(text)
            defer { JSStringRelease(string) }
            // On the stack, where the collector looks.
            return withUnsafeTemporaryAllocation(of: JSValueRef?.self, capacity: 2) { arguments in
                arguments[0] = JSValueMakeString(context, string)
                arguments[1] = JSValueMakeNumber(context, number)
                return JSObjectCallAsFunction(context, object, nil, 2, arguments.baseAddress, &exception)
            }
        }
        if let exception { throw EngineError(exception: EngineValue(exception, in: self)) }
        guard let result else { return true }
        return JSValueIsUndefined(context, result) || JSValueToBoolean(context, result)
    }
}

/// UTF-8 of the engine's strings, one at a time; it grows with the longest.
final class TextBuffer {
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 14, alignment: 1)

    deinit {
        buffer.deallocate()
    }

    /// The string's bytes, valid until the next call.
    func bytes(of string: JSStringRef) -> UnsafeRawBufferPointer {
        let capacity = JSStringGetMaximumUTF8CStringSize(string)
        if capacity > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: capacity, alignment: 1)
        }
        let count = JSStringGetUTF8CString(string, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        return UnsafeRawBufferPointer(rebasing: buffer[..<max(0, count - 1)])
    }
}

/// Owned by the function object in the engine's heap.
private final class TextBox {
    private let buffer: TextBuffer
    private let body: (UnsafeRawBufferPointer) -> Bool

    init(buffer: TextBuffer, body: @escaping (UnsafeRawBufferPointer) -> Bool) {
        self.buffer = buffer
        self.body = body
    }

    /// One class for all such functions of the process: the engine's classes are immutable once made.
    nonisolated(unsafe) static let objectClass: JSClassRef? = {
        var definition = kJSClassDefinitionEmpty
        definition.callAsFunction = { context, function, _, count, arguments, _ in
            let undefined = JSValueMakeUndefined(context)
            guard let box = JSObjectGetPrivate(function), count > 0, let argument = arguments?[0] else { return undefined }
            guard let string = JSValueToStringCopy(context, argument, nil) else { return undefined }
            defer { JSStringRelease(string) }
            return JSValueMakeBoolean(context, Unmanaged<TextBox>.fromOpaque(box).takeUnretainedValue().call(string))
        }
        definition.finalize = { function in
            if let box = JSObjectGetPrivate(function) { Unmanaged<TextBox>.fromOpaque(box).release() }
        }
        return JSClassCreate(&definition)
    }()

    private func call(_ string: JSStringRef) -> Bool { body(buffer.bytes(of: string)) }
}

/// Owned by the function object in the engine's heap, released when that is collected.
private final class FunctionBox {
    unowned let engine: Engine
    let body: HostFunction

    init(engine: Engine, body: @escaping HostFunction) {
        self.engine = engine
        self.body = body
    }

    /// One class for all host functions of the process: the engine's classes are immutable once made.
    nonisolated(unsafe) static let objectClass: JSClassRef? = {
        var definition = kJSClassDefinitionEmpty
        definition.callAsFunction = { _, function, _, count, arguments, exception in
            guard let box = JSObjectGetPrivate(function) else { return nil }
            let function = Unmanaged<FunctionBox>.fromOpaque(box).takeUnretainedValue()
            return function.call(UnsafeBufferPointer(start: arguments, count: count), exception)
        }
        definition.finalize = { function in
            if let box = JSObjectGetPrivate(function) { Unmanaged<FunctionBox>.fromOpaque(box).release() }
        }
        return JSClassCreate(&definition)
    }()

    func call(_ arguments: UnsafeBufferPointer<JSValueRef?>, _ exception: UnsafeMutablePointer<JSValueRef?>?) -> JSValueRef? {
        do {
            let result = try body(arguments.map { EngineValue($0, in: engine) })
            return result?.reference ?? JSValueMakeUndefined(engine.context)
        } catch let error as EngineError {
            exception?.pointee = (error.value ?? engine.makeError("\(error)")).reference
        } catch {
            exception?.pointee = engine.makeError("\(error)").reference
        }
        return JSValueMakeUndefined(engine.context)
    }
}
