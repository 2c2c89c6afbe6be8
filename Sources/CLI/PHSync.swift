@main struct PHSync { static func main() {} }
