import Dispatch
import Evaluation
import Synchronization

/// The images that are being asked about, ready for the wire: encoded once for all questions of a
/// page, whichever worker comes first.
final class EncodedImages: Sendable {
  /// An image's address or what is wrong with it; whoever comes second waits.
  private final class Encoding: Sendable {
    private let result = Mutex<Result<[UInt8], any Error>?>(nil)
    private let finished = DispatchGroup()

    init() { finished.enter() }

    func set(_ value: Result<[UInt8], any Error>) {
      result.withLock { $0 = value }
      finished.leave()
    }

    func wait() throws -> [UInt8] {
      finished.wait()
      // Set before anyone can leave the wait.
      return try result.withLock { $0 }?.get() ?? []
    }
  }

  private struct State: ~Copyable {
    /// The least recently used first.
    var held: [(identity: String, encoding: Encoding)] = []
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let form: ImageForm

  /// - Parameter capacity: how many images are kept; as many as pages are open at once.
  init(form: ImageForm, capacity: Int) {
    self.form = form
    self.capacity = capacity
  }

  func address(of image: ImageReference) throws -> [UInt8] {
    let (encoding, isNew) = state.withLock { state -> (Encoding, Bool) in
      if let place = state.held.firstIndex(where: { $0.identity == image.identity }) {
        let entry = state.held.remove(at: place)
        state.held.append(entry)
        return (entry.encoding, false)
      }
      let encoding = Encoding()
      state.held.append((image.identity, encoding))
      if state.held.count > capacity { state.held.removeFirst() }
      return (encoding, true)
    }
    if isNew {
      encoding.set(Result { try form.dataAddress(image.load(), name: image.name) })
    }
    return try encoding.wait()
  }
}
