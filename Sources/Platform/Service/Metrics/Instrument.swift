/// What a family of metrics holds per set of label values.
protocol Instrument: AnyObject, Sendable {
    func write(to family: inout MetricText, _ labels: MetricLabels)
}
