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

  /// The hash of images that were read; nil where one was not, or could not be.
  ///
  /// Of several images it is the SHA-256 of their hashes in order, each as hexadecimal digits and
  /// a line feed: another image, or another order, is another hash.
  subscript(images: [ImageReference]) -> String? {
    let known = hashes.withLock { hashes in images.compactMap { hashes[$0.identity] } }
    guard known.count == images.count, let first = known.first else { return nil }
    if known.count == 1 { return first }
    return SHA256.hexadecimal(of: Array(known.map { $0 + "\n" }.joined().utf8))
  }

  /// Drops what is known of images whose answers are all logged.
  func forget(_ images: [ImageReference]) {
    hashes.withLock { hashes in
      for image in images { hashes[image.identity] = nil }
    }
  }
}
