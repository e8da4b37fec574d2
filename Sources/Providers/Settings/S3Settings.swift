import Crypto
package import Service

/// A store of S3's protocol for what calls leave behind: recordings stay on the disk where there is none.
package struct S3Settings: Sendable {
    /// Nil where there is none.
    package let bucket: String?
    package let url: Endpoint?
    package let region: String
    package let accessKey: String?
    package let secretKey: Service.Secret?

    package init(_ reader: inout SettingsReader) {
        bucket = reader.find(
            "LEDGERLINE_S3_BUCKET", as: .text("a bucket", example: "calls"),
            "The bucket that recordings are brought to; they stay in their folder without.")
        url = reader.find(
            "LEDGERLINE_S3_URL", as: .endpoint("https", "http"), "Where the bucket's store is, if it is not AWS.")
        region = reader.read(
            "LEDGERLINE_S3_REGION", as: .text("a region", example: "eu-central-1"), else: .always("us-east-1"),
            "The region of the bucket.")
        accessKey = reader.find(
            "LEDGERLINE_S3_ACCESS_KEY", as: .text("a key's id", example: "AKIA…"), "The id of the bucket's key.")
        secretKey = reader.find("LEDGERLINE_S3_SECRET_KEY", as: .secret(), "The bucket's key.")
    }

    package init(bucket: String?, url: Endpoint?, region: String, accessKey: String, secretKey: Service.Secret) {
        (self.bucket, self.url, self.region) = (bucket, url, region)
        (self.accessKey, self.secretKey) = (accessKey, secretKey)
    }

    func parts() throws(S3Incomplete) -> (S3Place, S3Signature) {
        guard let bucket, let accessKey, let secretKey else { throw S3Incomplete() }
        guard let url = url ?? (try? Endpoint("https://s3.\(region).amazonaws.com")) else { throw S3Incomplete() }
        let signature = S3Signature(
            accessKey: accessKey, secretKey: Crypto.Secret(text: secretKey.revealed), region: region)
        return (S3Place(url, bucket: bucket), signature)
    }
}

/// A bucket is named that nobody can use.
package struct S3Incomplete: Error, Harmless {
    package var description: String {
        "LEDGERLINE_S3_BUCKET needs LEDGERLINE_S3_ACCESS_KEY and LEDGERLINE_S3_SECRET_KEY beside it"
    }
}
