import Dispatch
import Synchronization

/// Reads, decodes and preprocesses the image that comes next while the model still works on this
/// one.
///
/// One image is held at most: a page of five crops takes 7 MB. What fails is told when the image's
/// turn has come.
public final class ImageAhead<Prepared: Sendable>: Sendable {
  private struct Preparation: Sendable {
    let identity: String
    let work: Work
  }

  /// The result of an image, and whether it is there.
  private final class Work: Sendable {
    private let result = Mutex<Result<Prepared, any Error>?>(nil)
    private let finished = DispatchGroup()

    init(_ make: @escaping @Sendable () throws -> Prepared) {
      finished.enter()
      DispatchQueue.global(qos: .userInitiated).async { [self] in
        let made = Result { try make() }
        result.withLock { $0 = made }
        finished.leave()
      }
    }

    func wait() -> Result<Prepared, any Error>? {
      finished.wait()
      return result.withLock { $0 }
    }
  }

  private let prepare: @Sendable (ImageReference) throws -> Prepared
  private let next = Mutex<Preparation?>(nil)

  public init(_ prepare: @escaping @Sendable (ImageReference) throws -> Prepared) {
    self.prepare = prepare
  }

  /// Begins with an image in the background; another one that was begun and not taken is forgotten.
  public func begin(_ image: ImageReference) {
    next.withLock { [prepare] next in
      if next?.identity == image.identity { return }
      next = Preparation(identity: image.identity, work: Work { try prepare(image) })
    }
  }

  /// The image, prepared already or now.
  public func take(_ image: ImageReference) throws -> Prepared {
    let begun = next.withLock { next in
      defer { if next?.identity == image.identity { next = nil } }
      return next?.identity == image.identity ? next : nil
    }
    if let result = begun?.work.wait() { return try result.get() }
    return try prepare(image)
  }
}
