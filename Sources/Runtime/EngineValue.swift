package import CJavaScriptCore

/// A JavaScript value that stays alive as long as this one does.
package struct EngineValue {
    private let handle: Handle

    init(_ value: JSValueRef?, in engine: Engine) {
        handle = Handle(value ?? JSValueMakeUndefined(engine.context), engine)
    }

    /// The engine that the value belongs to; values never cross engines.
    package var engine: Engine { handle.engine }

    /// The C API's reference, valid as long as this value.
    package var reference: JSValueRef { handle.value }

    /// The same reference for calls that want an object; nil for primitives.
    package var object: JSObjectRef? {
        JSValueIsObject(engine.context, reference) ? reference : nil
    }
}

extension EngineValue {
    package var isUndefined: Bool { JSValueIsUndefined(engine.context, reference) }
    package var isNull: Bool { JSValueIsNull(engine.context, reference) }
    package var isNumber: Bool { JSValueIsNumber(engine.context, reference) }
    package var isString: Bool { JSValueIsString(engine.context, reference) }
    package var isBoolean: Bool { JSValueIsBoolean(engine.context, reference) }
    package var isObject: Bool { JSValueIsObject(engine.context, reference) }
    package var isFunction: Bool { object.map { JSObjectIsFunction(engine.context, $0) } ?? false }

    /// As `Boolean(value)`.
    package var boolean: Bool { JSValueToBoolean(engine.context, reference) }

    /// As `Number(value)`; NaN when the conversion throws.
    package var number: Double {
        var exception: JSValueRef?
        return JSValueToNumber(engine.context, reference, &exception)
    }

    /// As `String(value)`; empty when the conversion throws. Unpaired surrogates become U+FFFD.
    package var text: String {
        var exception: JSValueRef?
        guard let string = JSValueToStringCopy(engine.context, reference, &exception) else { return "" }
        defer { JSStringRelease(string) }
        return String(string)
    }

    /// The text when the value is a string, else nil.
    package var string: String? { isString ? text : nil }

    /// The member of that name; undefined when there is none, the value is no object or the getter throws.
    package subscript(name: String) -> EngineValue {
        guard let object else { return engine.undefined }
        let key = JSStringCreateWithUTF8CString(name)
        defer { JSStringRelease(key) }
        var exception: JSValueRef?
        let result = JSObjectGetProperty(engine.context, object, key, &exception)
        return exception == nil ? EngineValue(result, in: engine) : engine.undefined
    }

    /// Sets a member of an object; what throws is passed over.
    package func set(_ name: String, _ value: EngineValue) {
        guard let object else { return }
        let key = JSStringCreateWithUTF8CString(name)
        defer { JSStringRelease(key) }
        var exception: JSValueRef?
        JSObjectSetProperty(engine.context, object, key, value.reference, 0, &exception)
    }

    /// Calls the function and, when this is the outermost call, drains microtasks.
    @discardableResult
    package func call(_ arguments: [EngineValue] = [], this: EngineValue? = nil) throws(EngineError) -> EngineValue {
        guard let object else { throw .thrown(engine.makeError("\(text) is not a function", type: "TypeError")) }
        let references: [JSValueRef?] = arguments.map(\.reference)
        var exception: JSValueRef?
        let result = withExtendedLifetime(arguments) {
            JSObjectCallAsFunction(engine.context, object, this?.object, references.count, references, &exception)
        }
        return try engine.checked(result, exception)
    }
}

extension Engine {
    package func make(_ text: String) -> EngineValue {
        make(utf8: text.utf8)
    }

    /// A string of UTF-8 bytes.
    package func make(utf8 bytes: some Collection<UInt8>) -> EngineValue {
        var terminated = ContiguousArray<UInt8>()
        terminated.reserveCapacity(bytes.count + 1)
        terminated.append(contentsOf: bytes)
        let string = terminated.contains(0) ? Engine.string(utf16: terminated) : Engine.string(terminating: &terminated)
        defer { JSStringRelease(string) }
        return EngineValue(JSValueMakeString(context, string), in: self)
    }

    private static func string(terminating bytes: inout ContiguousArray<UInt8>) -> JSStringRef? {
        bytes.append(0)
        return bytes.withUnsafeBytes { JSStringCreateWithUTF8CString($0.bindMemory(to: CChar.self).baseAddress) }
    }

    /// For texts that hold a NUL, where the other way would end.
    private static func string(utf16 bytes: ContiguousArray<UInt8>) -> JSStringRef? {
        let units = Array(String(decoding: bytes, as: UTF8.self).utf16)
        return JSStringCreateWithCharacters(units, units.count)
    }

    package func make(_ number: Double) -> EngineValue { EngineValue(JSValueMakeNumber(context, number), in: self) }

    package func make(_ boolean: Bool) -> EngineValue { EngineValue(JSValueMakeBoolean(context, boolean), in: self) }

    package var null: EngineValue { EngineValue(JSValueMakeNull(context), in: self) }

    /// An empty object.
    package func makeObject() -> EngineValue { EngineValue(JSObjectMake(context, nil, nil), in: self) }

    package func makeArray(_ elements: [EngineValue]) -> EngineValue {
        let references: [JSValueRef?] = elements.map(\.reference)
        var exception: JSValueRef?
        return withExtendedLifetime(elements) {
            EngineValue(JSObjectMakeArray(context, references.count, references, &exception), in: self)
        }
    }

    /// An instance of a built-in error class.
    package func makeError(_ message: String, type: String = "Error") -> EngineValue {
        let constructor = global[type]
        let text = make(message)
        var exception: JSValueRef?
        guard let object = constructor.object else { return text }
        let arguments: [JSValueRef?] = [text.reference]
        let error = JSObjectCallAsConstructor(context, object, 1, arguments, &exception)
        return error.map { EngineValue($0, in: self) } ?? text
    }
}

extension EngineValue {
    /// Keeps the value protected from the collector, and its engine alive.
    private final class Handle {
        let value: JSValueRef
        let engine: Engine

        init(_ value: JSValueRef, _ engine: Engine) {
            self.value = value
            self.engine = engine
            JSValueProtect(engine.context, value)
        }

        deinit {
            JSValueUnprotect(engine.context, value)
        }
    }
}

extension String {
    /// Unpaired surrogates become U+FFFD.
    init(_ string: JSStringRef) {
        let capacity = JSStringGetMaximumUTF8CStringSize(string)
        let length = JSStringGetLength(string)
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            let count = JSStringGetUTF8CString(string, buffer.baseAddress, capacity)
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(Swift.max(0, count - 1)), as: UTF8.self)
        }
        // The conversion stops at an unpaired surrogate.
        let isWhole = text.utf16.count == length
        self = isWhole ? text : String(decoding: UnsafeBufferPointer(start: JSStringGetCharactersPtr(string), count: length), as: UTF16.self)
    }
}
