/// Who sends the spans.
package struct TraceResource: Sendable {
    package let serviceName: String
    package let serviceVersion: String
    package let instance: String?

    package init(serviceName: String, serviceVersion: String, instance: String?) {
        self.serviceName = serviceName
        self.serviceVersion = serviceVersion
        self.instance = instance
    }
}
