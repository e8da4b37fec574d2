import CPostgres
import Glibc

/// The one owner of a libpq connection: the only place, with `PostgresRows`, that calls libpq about one.
///
/// Belongs to one thread. After `finish` every call answers that the connection is gone. A class, so that its owner can hold it as a
/// constant: what is called several times for each request is then no access to a variable that the runtime has to watch.
@safe final class Handle {
    enum Poll { case reading, writing, made, failed }
    enum Flush { case done, more, failed }

    private var pointer: OpaquePointer?

    private init(_ pointer: OpaquePointer?) { unsafe self.pointer = unsafe pointer }

    /// Begins to connect. `parameters` name their host by address, so that nothing here looks a name up and blocks.
    static func start(_ parameters: [(keyword: String, value: String)]) -> Handle {
        var keywords = unsafe parameters.map { unsafe UnsafePointer(strdup($0.keyword)) } + [nil]
        var values = unsafe parameters.map { unsafe UnsafePointer(strdup($0.value)) } + [nil]
        defer {
            unsafe (keywords + values).forEach { unsafe free(UnsafeMutableRawPointer(mutating: $0)) }
        }
        return unsafe Handle(PQconnectStartParams(&keywords, &values, 0))
    }

    deinit {
        if let pointer = unsafe pointer { unsafe PQfinish(pointer) }
    }

    func finish() {
        if let pointer = unsafe pointer { unsafe PQfinish(pointer) }
        unsafe pointer = nil
    }

    // MARK: - Connecting

    func poll() -> Poll {
        switch unsafe PQconnectPoll(pointer) {
        case PGRES_POLLING_READING: .reading
        case PGRES_POLLING_WRITING: .writing
        case PGRES_POLLING_OK: .made
        default: .failed
        }
    }

    func enterPipelineMode() -> Bool {
        unsafe PQsetnonblocking(pointer, 1) == 0 && PQenterPipelineMode(pointer) == 1
    }

    var isBad: Bool { unsafe PQstatus(pointer) == CONNECTION_BAD }
    /// May change from poll to poll, and is -1 once libpq has noticed the end.
    var socket: Int32 { unsafe PQsocket(pointer) }
    var backend: Int32 { unsafe PQbackendPID(pointer) }
    var serverVersion: Int32 { unsafe PQserverVersion(pointer) }
    var isEncrypted: Bool { unsafe PQsslInUse(pointer) != 0 }
    /// Known only while nothing is owed: until then libpq says neither yes nor no.
    var isOutsideTransaction: Bool { unsafe PQtransactionStatus(pointer) == PQTRANS_IDLE }
    var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(pointer)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    var errorMessage: String {
        guard let message = unsafe PQerrorMessage(pointer) else { return "" }
        return unsafe String(cString: message)
    }

    // MARK: - Sending

    func sendPrepare(_ name: StatementName, _ text: String, _ types: [UInt32]) -> Bool {
        unsafe PQsendPrepare(pointer, name.pointer, text, Int32(types.count), types) == 1
    }

    func sendPrepared(_ name: StatementName, _ binds: Binds, _ extensions: ExtensionTypes) -> Bool {
        unsafe binds.withPointers(extensions) { count, values, lengths, formats in
            unsafe PQsendQueryPrepared(pointer, name.pointer, count, values, lengths, formats, 1)
        } == 1
    }

    func send(_ text: String, _ types: [UInt32], _ binds: Binds, _ extensions: ExtensionTypes) -> Bool {
        unsafe binds.withPointers(extensions) { count, values, lengths, formats in
            unsafe PQsendQueryParams(pointer, text, count, types, values, lengths, formats, 1)
        } == 1
    }

    /// Ends a segment. The newer libpq only queues it; the older one also sends everything, once per call.
    func sendSync() -> Bool {
        if let queue = unsafe Self.queueSync { return unsafe queue(pointer) == 1 }
        return unsafe PQpipelineSync(pointer) == 1
    }

    private typealias QueueSync = @convention(c) (OpaquePointer?) -> Int32

    /// `PQsendPipelineSync` came with libpq 17; a program built with older headers finds it in the library it meets.
    private static let queueSync: QueueSync? = {
        guard let symbol = unsafe dlsym(nil, "PQsendPipelineSync") else { return nil }
        return unsafe unsafeBitCast(symbol, to: QueueSync.self)
    }()

    func flush() -> Flush {
        switch unsafe PQflush(pointer) {
        case 0: .done
        case 1: .more
        default: .failed
        }
    }

    // MARK: - Receiving

    func consumeInput() -> Bool { unsafe PQconsumeInput(pointer) == 1 }
    var isBusy: Bool { unsafe PQisBusy(pointer) != 0 }
    /// The next result, which the caller owns.
    func nextResult() -> OpaquePointer? { unsafe PQgetResult(pointer) }
    /// Only between sending a statement and its first result.
    func receiveRowByRow() -> Bool { unsafe PQsetSingleRowMode(pointer) == 1 }

    func nextNotification() -> PostgresNotification? {
        guard let notify = unsafe PQnotifies(pointer) else { return nil }
        defer { unsafe PQfreemem(notify) }
        return unsafe PostgresNotification(
            channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra),
            backend: notify.pointee.be_pid)
    }

    /// `context` is handed to `receiver` on this thread, from within calls of this handle: its owner outlives it.
    func setNoticeReceiver(_ context: UnsafeMutableRawPointer, _ receiver: PQnoticeReceiver) {
        _ = unsafe PQsetNoticeReceiver(pointer, receiver, context)
    }

    func canceller() -> Canceller? {
        guard let cancel = unsafe PQgetCancel(pointer) else { return nil }
        return unsafe Canceller(owning: cancel)
    }
}

/// The right to cancel what a connection runs, usable from any thread while the connection lives on or not.
@safe final class Canceller: @unchecked Sendable {
    // libpq: a cancel object is independent of its connection and may be used by another thread; only one uses it.
    private let cancel: OpaquePointer

    init(owning cancel: OpaquePointer) { unsafe self.cancel = unsafe cancel }

    deinit { unsafe PQfreeCancel(cancel) }

    /// Blocks: opens a connection of its own and waits until the server has passed the request on.
    func request() -> Bool {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            unsafe PQcancel(cancel, message.baseAddress, 256) == 1
        }
    }
}
