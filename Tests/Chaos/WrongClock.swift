import Glibc

/// The clocks of some processes are wrong, and run faster or slower than time does: libfaketime, if it is there.
///
/// The monotonic clock is left alone. It is the kernel's, and no administrator sets it.
struct WrongClock {
    private static let library = "faketime/libfaketimeMT.so.1"
    private let path: String

    /// Nil where there is no such library.
    static func find() -> WrongClock? {
        for folder in ["/usr/lib/x86_64-linux-gnu/", "/usr/lib/aarch64-linux-gnu/"]
        where access(folder + library, R_OK) == 0 {
            return WrongClock(path: folder + library)
        }
        return nil
    }

    /// How far off, and how fast: `+7m x1.5`.
    func environment(_ error: String) -> [String: String] {
        [
            "LD_PRELOAD": path, "FAKETIME": error, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        ]
    }
}
