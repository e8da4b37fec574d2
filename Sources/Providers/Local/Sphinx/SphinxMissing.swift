import Service

/// What a machine lacks to hear by itself, and how to mend it.
package enum SphinxMissing: String, Harmless {
    case library = "nobody of our own hears: apt-get install libpocketsphinx3"
    case models = "our own recognizer has no models: apt-get install pocketsphinx-en-us"

    package var description: String { rawValue }
}
