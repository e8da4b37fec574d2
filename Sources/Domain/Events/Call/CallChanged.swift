/// `call.changed`: somebody changed what they keep with the call; all of it as it is now.
package struct CallChanged: Hashable, Sendable {
    package var metadata: Private<Freeform>

    package init(metadata: Private<Freeform>) { self.metadata = metadata }
}
