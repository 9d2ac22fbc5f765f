import Diagnostics
import Evaluation
import Foundation
import Hashing
import Images
import Synchronization

/// The images of a page: each written once, however many questions, benchmarks and runs are about
/// it.
struct PageImages {
  struct Picture: Equatable {
    /// `images/3fa1….jpg`.
    let path: String
    let width: Int
    let height: Int
  }

  /// An image or why there is none.
  typealias Outcome = Result<Picture, PageImageFailure>

  /// By what ``key(_:benchmark:)`` gives.
  private(set) var outcomes: [String: Outcome] = [:]
  /// What a reader is told about images that are not there, by benchmark.
  private(set) var notes: [String: [String]] = [:]
  /// The images of samples, by benchmark and sample.
  private var references: [String: [String: [ImageReference]]] = [:]

  /// The pictures of a sample in their order; none where the page has no images for its benchmark.
  func outcomes(of sample: Sample, benchmark: String) -> [Outcome] {
    (references[benchmark]?[sample.id] ?? []).compactMap {
      outcomes[Self.key($0, benchmark: benchmark)]
    }
  }

  /// The files that were written, sorted.
  var paths: [String] {
    Set(outcomes.values.compactMap { try? $0.get().path }).sorted()
  }

  private static func key(_ image: ImageReference, benchmark: String) -> String {
    benchmark + "\0" + image.identity
  }

  /// - Parameter write: stores an encoded image under its path; it is called from several threads
  /// - Throws: what `write` throws, and the error of a data folder that the options name
  init(
    _ pages: [BenchmarkPage], options: PageOptions,
    write: @escaping @Sendable (_ path: String, _ bytes: [UInt8]) throws -> Void
  ) throws {
    guard options.images != .none else { return }
    var work: [Work] = []
    var seen: Set<String> = []
    for page in pages {
      let found = try PageData.images(of: page, folder: options.dataFolder)
      notes[page.name] = found.notes
      references[page.name] = found.images
      for row in page.rows {
        // As the model saw it: turned, or as the file's samples lie.
        let isTurned = page.runs[0].scores.manifest.model["exif transpose"] == "on"
        for image in found.images[row.sample.id] ?? [] {
          let key = Self.key(image, benchmark: page.name)
          if seen.insert(key).inserted {
            work.append(Work(key: key, image: image, isTurned: isTurned))
          }
        }
      }
    }
    outcomes = try Self.encode(work, options: options, write: write)
    for page in pages {
      let failures = page.rows.compactMap { row -> PageImageFailure? in
        outcomes(of: row.sample, benchmark: page.name).lazy.compactMap { outcome in
          if case .failure(let failure) = outcome { failure } else { nil }
        }.first
      }
      if let first = failures.first {
        notes[page.name, default: []].append(
          "The images of \(failures.count) samples cannot be shown; the first: \(first.reason)")
      }
    }
  }

  private struct Work {
    let key: String
    let image: ImageReference
    let isTurned: Bool
  }

  private static func encode(
    _ work: [Work], options: PageOptions,
    write: @escaping @Sendable (String, [UInt8]) throws -> Void
  ) throws -> [String: Outcome] {
    struct Progress {
      var outcomes: [String: Outcome] = [:]
      /// By the hash of an image's bytes: two names of one image are one.
      var written: [String: Picture] = [:]
      var stopped: (any Error)?
      var done = 0
      var next = 0
    }
    let state = Mutex(Progress())
    let side = options.images.longestSide
    let workers = min(max(1, ProcessInfo.processInfo.activeProcessorCount), 8, work.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let place: Int? = state.withLock { state in
          guard state.stopped == nil, state.next < work.count else { return nil }
          defer { state.next += 1 }
          return state.next
        }
        guard let place else { return }
        let (key, image) = (work[place].key, work[place].image)
        do {
          let bytes = try image.load()
          let digest = String(SHA256.hexadecimal(of: bytes).prefix(20))
          let hash = work[place].isTurned ? digest + "-turned" : digest
          if let picture = state.withLock({ $0.written[hash] }) {
            state.withLock { $0.outcomes[key] = .success(picture) }
          } else {
            let shown = try ImageDecoder.decode(
              bytes, name: image.name,
              options: DecodingOptions(exifTranspose: work[place].isTurned)
            ).image.fitted(within: side)
            let encoded = try JPEGEncoder.encode(shown)
            let picture = Picture(
              path: "images/\(hash).jpg", width: shown.width, height: shown.height)
            do {
              try write(picture.path, encoded)
            } catch {
              state.withLock { $0.stopped = error }
              return
            }
            state.withLock {
              $0.written[hash] = picture
              $0.outcomes[key] = .success(picture)
            }
          }
        } catch {
          let failure = PageImageFailure(reason: render(error))
          state.withLock { $0.outcomes[key] = .failure(failure) }
        }
        let done = state.withLock { state in
          state.done += 1
          return state.done
        }
        options.progress(done, work.count)
      }
    }
    return try state.withLock { state in
      if let stopped = state.stopped { throw stopped }
      return state.outcomes
    }
  }
}

/// Why an image is not shown.
struct PageImageFailure: Error, Equatable {
  let reason: String
}
