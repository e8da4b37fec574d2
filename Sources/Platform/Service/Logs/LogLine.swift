/// One line before it is bytes.
struct LogLine {
    let time: WallTime
    let level: LogLevel
    let event: StaticString
    let context: LogContext?
    let fields: [Field]
}
