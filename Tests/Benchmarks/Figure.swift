/// What a contest measured of one side in one round, smaller or larger being better as the contest says.
struct Figure {
    let value: Double
    let note: String

    init(_ value: Double, note: String = "") {
        self.value = value
        self.note = note
    }
}
