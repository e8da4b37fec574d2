import Glibc

/// Feeds one target with what libFuzzer makes up: `Fuzz <target> [libFuzzer's options…]`. `Tests/Fuzz/run` builds and calls it.
@main
struct Fuzz {
    static func main() {
        guard CommandLine.argc > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
            // The driver asks in this way which targets there are.
            for target in FuzzTarget.allCases { print(target.rawValue) }
            return
        }
        // The name of the target takes the place of the program's.
        var count = CommandLine.argc - 1
        var arguments = CommandLine.unsafeArgv + 1
        exit(runDriver(&count, &arguments, target.entry))
    }
}

/// libFuzzer's own main, for programs that have one already.
@_extern(c, "LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ entry: FuzzTarget.Entry
) -> Int32
