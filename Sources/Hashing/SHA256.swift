import CLibCrypto

/// SHA-256 through OpenSSL's libcrypto, which uses the processor's own instructions: checkpoints
/// are tens of gigabytes.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer?

  public init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes to the message.
  public mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  public mutating func update(_ bytes: [UInt8]) { update(bytes.span.bytes) }

  /// Ends the message and returns its digest, 32 bytes.
  public consuming func digest() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      count = 32
    }
  }

  /// The digest of a whole message as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: RawSpan) -> String {
    var hasher = SHA256()
    hasher.update(bytes)
    return hexadecimal(hasher.digest())
  }

  public static func hexadecimal(of bytes: [UInt8]) -> String { hexadecimal(of: bytes.span.bytes) }

  /// A digest as lower-case hexadecimal digits.
  public static func hexadecimal(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
