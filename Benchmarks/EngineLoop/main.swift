import CJavaScriptCore
import Glibc

// What the engine does alone, without sandbox, protocol and report: the peer of `Benchmarks runtime`.
//   EngineLoop run PLUGIN.js EVENTS     one line of JSON in, processEvent, one line of JSON out
//   EngineLoop contexts COUNT PLUGIN.js prints kilobytes for each further context with that plugin in it

func contents(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &piece, piece.count), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

func evaluate(_ text: String, in context: JSContextRef?) -> JSValueRef? {
    let source = JSStringCreateWithUTF8CString(text)
    defer { JSStringRelease(source) }
    return JSEvaluateScript(context, source, nil, nil, 1, nil)
}

func residentKilobytes() -> Int {
    let fields = contents("/proc/self/statm").split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) / 1024 : 0
}

let loop = """
    ;(function (text) { processEvent(JSON.parse(text), {}).then((event) => { globalThis.result = JSON.stringify(event) }) })
    """

func run(_ plugin: String, _ events: String) {
    let context = JSGlobalContextCreate(nil)
    let function = evaluate(contents(plugin) + loop, in: context)
    let name = JSStringCreateWithUTF8CString("result")
    let global = JSContextGetGlobalObject(context)
    var output: [UInt8] = []
    var buffer: [CChar] = []
    for line in contents(events).utf8.split(separator: 10) {
        let text = (Array(line) + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { JSStringCreateWithUTF8CString($0.baseAddress) }
        }
        var arguments: [JSValueRef?] = [JSValueMakeString(context, text)]
        JSObjectCallAsFunction(context, function, nil, 1, &arguments, nil)
        JSStringRelease(text)
        let result = JSValueToStringCopy(context, JSObjectGetProperty(context, global, name, nil), nil)
        let size = JSStringGetMaximumUTF8CStringSize(result)
        if buffer.count < size { buffer = [CChar](repeating: 0, count: size) }
        let count = JSStringGetUTF8CString(result, &buffer, size)
        JSStringRelease(result)
        output.append(contentsOf: buffer[..<(count - 1)].lazy.map { UInt8(bitPattern: $0) })
        output.append(10)
        if output.count > 1 << 16 {
            write(STDOUT_FILENO, output, output.count)
            output.removeAll(keepingCapacity: true)
        }
    }
    write(STDOUT_FILENO, output, output.count)
}

func contexts(_ count: Int, _ plugin: String) {
    let group = JSContextGroupCreate()
    let text = contents(plugin)
    var kept: [JSGlobalContextRef?] = []
    func add() {
        let context = JSGlobalContextCreateInGroup(group, nil)
        _ = evaluate(text, in: context)
        kept.append(context)
    }
    for _ in 0..<10 { add() }
    let before = residentKilobytes()
    for _ in 0..<count { add() }
    print((residentKilobytes() - before) / count)
}

let words = CommandLine.arguments
switch words.dropFirst().first {
case "run"? where words.count == 4: run(words[2], words[3])
case "contexts"? where words.count == 4: contexts(Int(words[2]) ?? 100, words[3])
default: exit(64)
}
