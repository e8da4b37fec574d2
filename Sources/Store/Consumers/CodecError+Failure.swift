/// What can't be read now can't be read the next time. A version that a later release wrote is no exception: its stream waits
/// as letters until that release is here, and others flow.
extension CodecError: ClassifiedFailure {
    package var kind: FailureKind { .deterministic }
}
