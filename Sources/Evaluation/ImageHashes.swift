import Hashing
import Synchronization

/// The SHA-256 of images' encoded bytes, taken when a model reads them: parquet files of gigabytes
/// are not read a second time for it.
///
/// A model may read an image ahead, on another thread; the hash waits here until the answers about
/// the image are logged.
final class ImageHashes: Sendable {
  private let hashes = Mutex<[String: String]>([:])

  /// The same image, hashed when it is loaded.
  func hashing(_ image: ImageReference) -> ImageReference {
    image.observed { [self] bytes in
      let hash = SHA256.hexadecimal(of: bytes)
      hashes.withLock { $0[image.identity] = hash }
    }
  }

  /// The hash of an image that was read; nil where it was not, or could not be.
  subscript(image: ImageReference?) -> String? {
    image.flatMap { image in hashes.withLock { $0[image.identity] } }
  }

  /// Drops what is known of an image whose answers are all logged.
  func forget(_ image: ImageReference?) {
    guard let image else { return }
    hashes.withLock { $0[image.identity] = nil }
  }
}
